import assert from "node:assert/strict";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { generateDataset, makeDataset, type Sample } from "lib";
import { integrityReport, loadFolder, mergeDuplicates } from "lib/datasets";
import { connectedComponents } from "lib/evaluate";
import { maskTraits } from "lib/datasets/integrity/mask_traits.ts";
import { Random } from "lib/math/random.ts";
import { integrityMarkdown } from "lib/study/report/integrity_markdown.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

Deno.test("connectedComponents() joins corners, and arms that meet late", () => {
  // A "U" whose arms meet in the last row, and a single pixel that touches nothing.
  const mask = [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1];
  const { labels, areas } = connectedComponents(mask, 5, 3);
  assert.deepEqual(areas, [5, 1]);
  assert.deepEqual([...labels], [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 2]);
});

Deno.test("connectedComponents() agrees with a flood fill on random masks", () => {
  for (let trial = 0; trial < 20; trial++) {
    const random = new Random(trial), width = 5 + trial, height = 17;
    const mask = Uint8Array.from({ length: width * height }, () => random.next() < 0.45 ? 1 : 0);
    const seen = new Uint8Array(mask.length), areas: number[] = [];
    for (let start = 0; start < mask.length; start++) {
      if (!mask[start] || seen[start]) continue;
      const queue = [start];
      seen[start] = 1;
      let area = 0;
      while (queue.length) {
        const at = queue.pop()!, x = at % width, y = Math.floor(at / width);
        area++;
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            const [u, v] = [x + dx, y + dy], to = v * width + u;
            if (u < 0 || v < 0 || u >= width || v >= height || !mask[to] || seen[to]) continue;
            seen[to] = 1;
            queue.push(to);
          }
        }
      }
      areas.push(area);
    }
    assert.deepEqual(connectedComponents(mask, width, height).areas, areas);
  }
});

Deno.test("maskTraits() tells objects from pictures, and touching from scattered ones", () => {
  const traits = (width: number, ...data: number[]) =>
    maskTraits({ width, height: data.length / width, data: Uint16Array.from(data) });
  const two = traits(4, 1, 1, 2, 2, 1, 1, 2, 2, 0, 0, 0, 0, 3, 3, 0, 3);
  assert.deepEqual(two, {
    touching: 2,
    binary: false,
    objects: 3,
    backgroundComponents: 1,
    disconnected: 1,
    greyPicture: false,
    isolatedShare: 0,
    oneAndTwo: false,
    void255: null,
  });
  const binary = traits(5, 9, 9, 0, 9, 9);
  assert.deepEqual([binary.binary, binary.objects, binary.disconnected], [true, 2, 0]);
  const photo = traits(20, ...Array.from({ length: 400 }, (_, i) => 40 + (i * 7) % 90));
  assert.equal(photo.greyPicture, true);
});

const { samples } = await generateDataset({ count: 12, size: 96, seed: 12 });

/** A sample that shows another one's picture, turned a quarter and mirrored, with noise. */
function makeTwin(sample: Sample, id: string, noise: number): Sample {
  const { width, data } = sample.image, random = new Random(77);
  const turned = (source: ArrayLike<number>, i: number) => source[(i % width) * width + Math.floor(i / width)];
  return {
    id,
    group: id,
    image: {
      ...sample.image,
      data: Uint8Array.from(data, (_, i) => Math.max(0, Math.min(255, turned(data, i) + noise * random.normal()))),
    },
    labels: { ...sample.labels, data: sample.labels.data.map((_, i) => turned(sample.labels.data, i)) },
  };
}

Deno.test("near-duplicates are found turned and noisy; other images of the same kind are not", async () => {
  const dataset = await makeDataset("d", [
    ...samples,
    makeTwin(samples[3], "twin", 2),
    makeTwin(samples[5], "noise", 90),
  ]);
  const { duplicates, findings } = integrityReport(dataset);
  assert.deepEqual(duplicates.map(({ a, b }) => [a, b]), [[samples[3].id, "twin"]]);
  assert.ok(duplicates[0].correlation >= 0.95 && !duplicates[0].sameGroup);
  assert.ok(findings.some(({ message }) => /1 pair of near-duplicates in different groups/.test(message)));
  const groups = mergeDuplicates(dataset, duplicates);
  assert.equal(groups.get("twin"), groups.get(samples[3].id));
  assert.equal(new Set(groups.values()).size, dataset.samples.length - 1);
});

Deno.test("the report names what is unreadable, empty, saturated, no mask, or of several kinds", async () => {
  await using folder = await temporaryFolder();
  for (const part of ["images", "masks"]) await Deno.mkdir(join(folder.path, part));
  const size = { width: 96, height: 96, channels: 1, depth: 8 } as const;
  const write = async (id: string, image: ArrayLike<number>, mask: ArrayLike<number>) => {
    await Deno.writeFile(
      join(folder.path, "images", `${id}.png`),
      encodePng({ ...size, data: Uint8Array.from(image) }),
    );
    await Deno.writeFile(join(folder.path, "masks", `${id}.png`), encodePng({ ...size, data: Uint8Array.from(mask) }));
  };
  const [a, b, c, d, e] = samples;
  await write("a|odd", a.image.data, a.labels.data);
  await write("empty", b.image.data, new Uint8Array(96 * 96));
  await write("photo", c.image.data, c.image.data as Uint8Array);
  await write("bright", d.image.data.map((value) => 255 - value), d.labels.data);
  await write("flat", new Uint8Array(96 * 96).fill(9), e.labels.data);
  await write("broken", e.image.data, e.labels.data);
  await Deno.truncate(join(folder.path, "images/broken.png"), 300);
  const dataset = await loadFolder(folder.path, { skipBad: true });
  const report = integrityReport(dataset);
  const found = (message: RegExp) => report.findings.find((finding) => message.test(finding.message))?.ids;
  assert.deepEqual(found(/broken\.png cannot be read/), ["broken"]);
  assert.deepEqual(found(/without any object/), ["empty"]);
  assert.deepEqual(found(/grey values like a picture/), ["photo"]);
  assert.deepEqual(found(/with a single grey value/), ["flat"]);
  assert.ok(found(/Several kinds of microscopy: /));
  assert.equal(report.images.find(({ id }) => id === "bright")!.modality, "brightfield");
  assert.match(integrityMarkdown(report), /\| a\\\|odd \|/);
});
