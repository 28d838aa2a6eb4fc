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
 * @returns the probabilities of each image, `[height, width, classes]`
 */
export async function runOnnx(model: Uint8Array, images: readonly Pixels[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(model, { executionProviders: ["wasm"] });
  try {
    const found: Float32Array[] = [];
    for (const { width, height, channels, pixels } of images) {
      const planes = transpose(pixels, width * height, channels);
      const input = new Tensor("float32", planes, [1, channels, height, width]);
      const { probabilities: { dims, data } } = await session.run({ images: input });
      if (dims[2] !== height || dims[3] !== width) throw new Error(`The map has the size ${dims.join(" × ")}`);
      found.push(transpose(data as Float32Array, dims[1], width * height));
    }
    return found;
  } finally {
    await session.release();
  }
}
