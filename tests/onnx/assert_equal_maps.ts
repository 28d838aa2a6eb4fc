import assert from "node:assert/strict";
import { Predictor, type SegmentationModel } from "lib/nn";
import type { Pixels } from "./run_onnx.ts";

/** Largest difference of a probability. */
const TOLERANCE = 1e-4;

/** Predicts images as `deno task predict` does. */
export async function predictEach(model: SegmentationModel, images: readonly Pixels[]): Promise<Float32Array[]> {
  const predictor = new Predictor(model), maps: Float32Array[] = [];
  try {
    for (const image of images) maps.push(...await predictor.predict([image]));
    return maps;
  } finally {
    predictor.dispose();
  }
}

/** Asserts that maps have equal probabilities, which are not the same everywhere. */
export function assertEqualMaps(found: readonly Float32Array[], expected: readonly Float32Array[], what: string): void {
  assert.equal(found.length, expected.length);
  expected.forEach((map, m) => {
    assert.equal(found[m].length, map.length, what);
    const error = map.reduce((most, p, i) => Math.max(most, Math.abs(p - found[m][i])), 0);
    assert.ok(error < TOLERANCE, `${what}: map ${m} is off by ${error}`);
    const spread = map.reduce((most, p) => Math.max(most, p), 0) - map.reduce((least, p) => Math.min(least, p), 1);
    assert.ok(map.length < 100 || spread > 0.01, `${what}: map ${m} is flat`);
  });
}
