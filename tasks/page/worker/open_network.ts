import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { INPUT, OUTPUT } from "lib/onnx/value_names.ts";
import { leaveAvx } from "./leave_avx.ts";
import type { RunNetwork } from "./predict_map.ts";

/**
 * Opens a network in onnxruntime, on one thread.
 *
 * @param wasm onnxruntime's WebAssembly
 * @param model the content of an ONNX file
 */
export async function openNetwork(wasm: Uint8Array<ArrayBuffer>, model: Uint8Array): Promise<RunNetwork> {
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = wasm.buffer;
  leaveAvx();
  // Warnings are about the graph, which the page cannot change.
  const session = await InferenceSession.create(model, { executionProviders: ["wasm"], logSeverityLevel: 3 });
  return async ({ width, height, channels, data }) => {
    leaveAvx();
    const input = new Tensor("float32", data, [1, channels, height, width]);
    const { [OUTPUT]: output } = await session.run({ [INPUT]: input });
    const [, planes] = output.dims, values = output.data as Float32Array;
    return { width, height, channels: planes, data: values };
  };
}
