import assert from "node:assert/strict";
import { scoreMaps } from "lib/runs/score_maps.ts";
import { RunRecord } from "lib/runs/run_store.ts";
import { parseConfig } from "lib/train";

/** Makes a sample of one row of grey values, with the class of each pixel. */
function row(classes: number[], grey = classes.map((c) => 50 * c)) {
  const size = { width: classes.length, height: 1 };
  return {
    id: classes.join(""),
    group: "a",
    image: { ...size, channels: 1 as const, bits: 8 as const, data: Uint8Array.from(grey) },
    labels: {
      ...size,
      data: Uint16Array.from(classes, (c) => Number(c > 0 && c < 255)),
      classes: Uint8Array.from(classes),
    },
  };
}

Deno.test("a class that no scored image has leaves a record that can be read", () => {
  const classNames = ["background", "round", "rare"];
  const config = parseConfig({ architecture: "pspnet", task: "classes", classNames, emptyMask: "skip" });
  const map = Float32Array.of(0.8, 0.1, 0.1, 0.1, 0.8, 0.1);
  const scores = scoreMaps([row([0, 1])], [map], config);
  const stored = JSON.parse(JSON.stringify(scores));
  const fields = RunRecord.pick({ scores: true, imageDice: true, classScores: true, foregroundScores: true });
  assert.deepEqual(fields.parse(stored), scores);
  assert.deepEqual(Object.keys(scores.classScores!), ["round"]);
});

Deno.test("the foreground of classes is where the background is not the most probable class", () => {
  const classNames = ["background", "round", "long"];
  const config = parseConfig({ architecture: "pspnet", task: "classes", classNames });
  // The background of the first pixel has less than one half, but more than each class; void counts nowhere.
  const map = Float32Array.of(0.4, 0.3, 0.3, 0.1, 0.8, 0.1, 0.1, 0.8, 0.1);
  const { foregroundScores } = scoreMaps([row([0, 1, 255])], [map], config);
  assert.equal(foregroundScores!.model.dice, 1);
});
