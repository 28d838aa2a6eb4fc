import assert from "node:assert/strict";
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };

env.wasm.numThreads = 1;
env.wasm.wasmBinary = wasm.buffer as ArrayBuffer;

/** Pixels of one image, float32 `[height, width, channels]`. */
export interface Pixels {
  width: number;
  height: number;
  channels: number;
  pixels: Float32Array;
}

/** Turns `[outer, inner]` into `[inner, outer]`. */
function transpose(values: Float32Array, outer: number, inner: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % outer) * inner + Math.floor(i / outer)]);
}

/**
 * Runs an ONNX model in onnxruntime.
 *
 * @param options `together` makes one batch of the images, which have the same size
 * @returns the probabilities of each image, `[height, width, classes]`
 */
export async function runOnnx(
  model: Uint8Array,
  images: readonly Pixels[],
  { together = false } = {},
): Promise<Float32Array[]> {
  const session = await InferenceSession.create(model, { executionProviders: ["wasm"] });
  try {
    const found: Float32Array[] = [];
    for (const batch of together ? [images] : images.map((image) => [image])) {
      const [{ width, height, channels }] = batch, size = width * height;
      const planes = batch.flatMap(({ pixels }) => [...transpose(pixels, size, channels)]);
      const input = new Tensor("float32", Float32Array.from(planes), [batch.length, channels, height, width]);
      const { probabilities: { dims, data } } = await session.run({ images: input });
      assert.deepEqual([dims[0], dims[2], dims[3]], [batch.length, height, width]);
      batch.forEach((_, i) => {
        const map = (data as Float32Array).subarray(i * dims[1] * size, (i + 1) * dims[1] * size);
        found.push(transpose(map, dims[1], size));
      });
    }
    return found;
  } finally {
    await session.release();
  }
}
