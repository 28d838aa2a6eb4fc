import assert from "node:assert/strict";
import { compareObjects } from "lib/evaluate";
import { instancesFromForeground } from "lib/objects";
import { haveInstances, objectTable, scoreRunObjects } from "lib/runs";
import { ObjectRecord } from "lib/runs/object_record.ts";
import { drawBlobs } from "../objects/blobs.ts";

const config = { task: "foreground", threshold: 0.5, emptyMask: "one" } as const;

function makeImages(seeds: number[]) {
  const blobs = seeds.map((seed) => drawBlobs(64, 48, 12, seed));
  return {
    samples: blobs.map(({ width, height, truth }) => ({
      image: {
        width,
        height,
        channels: 1 as const,
        bits: 8 as const,
        data: Uint8Array.from(truth, (n) => n ? 200 : 20),
      },
      labels: { width, height, data: truth },
    })),
    maps: blobs.map(({ foreground }) => foreground),
  };
}

Deno.test("a run's objects are scored by the tuned watershed, by components and by Otsu's threshold", () => {
  const validation = makeImages([1, 2, 3]), test = makeImages([4]);
  const scored = scoreRunObjects(validation, test, config);
  assert.deepEqual(ObjectRecord.parse(JSON.parse(JSON.stringify(scored))), scored);
  const { watershed, components, otsu } = scored.scores;
  assert.ok(watershed.imageMeanPrecision! > components.imageMeanPrecision!);
  // The maps are the masks, and Otsu's threshold finds them too.
  assert.deepEqual(otsu, components);
  assert.equal(watershed.imageMeanPrecision!.toFixed(12), scored.tuned.score!.toFixed(12));
  assert.equal(scored.imagePrecisions.watershed.length, 3);
  // The test image is scored with the parameters of the validation images.
  const [{ labels }] = test.samples;
  const found = instancesFromForeground(test.maps[0], labels, scored.tuned.parameters).labels.data;
  assert.equal(
    scored.testScores.watershed.pooledPrecisions[0],
    (({ counts: [at] }) => at.truePositive / (at.truePositive + at.falsePositive + at.falseNegative))(
      compareObjects(labels.data, found),
    ),
  );
  const table = objectTable({ objects: scored })!;
  assert.deepEqual(table.rows.map(([method]) => method), [
    "watershed",
    "connected components",
    "Otsu, connected components",
  ]);
  assert.equal(objectTable({}), undefined);
});

Deno.test("a run without test images has no scores of them, and images without objects none of their own", () => {
  const { samples, maps } = makeImages([1]);
  const none = { ...samples[0], labels: { ...samples[0].labels, data: new Uint16Array(64 * 48) } };
  const scored = scoreRunObjects(
    { samples: [...samples, none], maps: [...maps, new Float32Array(64 * 48)] },
    { samples: [], maps: [] },
    { ...config, emptyMask: "skip" },
  );
  assert.deepEqual([scored.testScores, scored.testPrecisions], [{}, {}]);
  assert.equal(scored.imagePrecisions.watershed[1], null);
  assert.equal(scored.scores.watershed.images, 1);
});

Deno.test("masks hold object numbers if one of them has two", () => {
  const mask = (...data: number[]) => ({ width: data.length, height: 1, data: Uint16Array.from(data) });
  assert.equal(haveInstances([mask(0, 255), mask(7, 7), mask()]), false);
  assert.equal(haveInstances([mask(0, 1), mask(1, 0, 2)]), true);
});

Deno.test("objects that are predicted in void count in no score", () => {
  const labels = {
    width: 8,
    height: 1,
    data: Uint16Array.of(1, 1, 0, 2, 2, 0, 0, 0),
    classes: Uint8Array.of(1, 1, 0, 1, 1, 0, 255, 255),
  };
  const image = {
    width: 8,
    height: 1,
    channels: 1 as const,
    bits: 8 as const,
    data: new Uint8Array(8).map((_, i) => 9 * i),
  };
  const map = Float32Array.from([1, 1, 0, 1, 1, 0, 1, 1].flatMap((p) => [1 - p, p, 0]));
  const { scores, tuned } = scoreRunObjects({ samples: [{ image, labels }], maps: [map] }, { samples: [], maps: [] }, {
    ...config,
    task: "border",
  });
  assert.deepEqual([tuned.score, scores.watershed.predicted, scores.components.f1], [1, 2, 1]);
});

Deno.test("a task that separates no objects has no scores of them", () => {
  const images = makeImages([1]), classNames = ["background", "cell"];
  assert.throws(() => scoreRunObjects(images, images, { ...config, task: "classes", classNames }), {
    name: "OptionError",
    message: /task is "classes", which separates no objects: give the maps of foreground or border/,
  });
});
