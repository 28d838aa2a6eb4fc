import nodeUtil from "node:util";
import * as tf from "@tensorflow/tfjs";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { type Attribute, typeAttribute } from "../ffi/attributes.ts";
import { Binding } from "./binding.ts";
import { getContext } from "../ffi/context.ts";
import { TraceError } from "../ffi/errors.ts";
import type { OwnOp } from "./tracer.ts";

// The package still calls these two functions, which Node and Deno have removed.
const util = nodeUtil as unknown as Record<string, unknown>;
util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
util.isArray ??= Array.isArray;

let binding: Binding | undefined;
let backend: NodeJSKernelBackend | undefined;

/** Returns the binding between tfjs and TensorFlow, made on first use. */
export function getBinding(): Binding {
  return binding ??= new Binding(getContext());
}

/** Ends a recording of ops that was interrupted. */
export function endInterruptedRecording(): void {
  if (binding) binding.recorder = undefined;
}

/** The package's backend. While a step is traced, it refuses random numbers drawn by tfjs. */
class TensorFlowBackend extends NodeJSKernelBackend {
  override write(...args: Parameters<NodeJSKernelBackend["write"]>): tf.DataId {
    const trace = getBinding().trace;
    if (trace && /\b(random\w*_|truncatedNormal_|rand_|multinomial_)\b/.test(new Error().stack ?? "")) {
      throw new TraceError(
        `a compiled step cannot draw tfjs's random numbers${trace.location()}: every call would repeat them; ` +
          "give the step a seed tensor and draw with randomUniform(shape, seed)",
      );
    }
    return super.write(...args);
  }
}

/** Returns the tfjs backend `tensorflow`, made on first use. */
export function getBackend(): NodeJSKernelBackend {
  if (!backend) {
    tf.setBackend("tensorflow");
    tf.backend();
  }
  return backend!;
}

let registered = false;

/**
 * Registers TensorFlow as tfjs's backend `tensorflow` and removes the JavaScript backends, so that
 * no op can run on them unnoticed. The library opens with the first op. Called when `lib` is
 * imported; a second call does nothing.
 */
export async function registerTensorFlow(): Promise<void> {
  if (registered) return;
  registered = true;
  tf.env().set("IS_NODE", true);
  tf.env().set("PROD", true);
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  tf.registerBackend("tensorflow", () => backend = new TensorFlowBackend(getBinding(), "@tensorflow/tfjs-node-gpu"), 3);
  for (const name of ["cpu", "webgl"]) if (tf.findBackendFactory(name)) tf.removeBackend(name);

  // tfjs clones by sharing the data. A variable's data changes in place, so its clone is a read.
  tf.unregisterKernel("Identity", "tensorflow");
  tf.registerKernel({
    kernelName: "Identity",
    backendName: "tensorflow",
    kernelFunc: ({ inputs }) => {
      const x = inputs.x as tf.TensorInfo;
      const backend = getBackend();
      const data = tensorData(x);
      if (data.values === null && getBinding().entry(data.id).kind === "variable") {
        return backend.executeSingleOutput("Identity", [typeAttribute("T", x.dtype)], [x]);
      }
      backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

/** The backend's data of a tensor: the binding's id, or values that are not uploaded yet. */
interface TensorData {
  id: number;
  values: unknown;
  shape: number[];
  dtype: number;
  refCount: number;
}

function tensorData(tensor: tf.TensorInfo): TensorData {
  // deno-lint-ignore no-explicit-any -- the package keeps its map private
  return (getBackend() as any).tensorMap.get(tensor.dataId);
}

/** Returns the id of a tensor, as in a recording, and uploads its values if necessary. */
export function tensorId(tensor: tf.TensorInfo): number {
  // deno-lint-ignore no-explicit-any -- the package keeps it private
  return (getBackend() as any).getInputTensorIds([tensor])[0];
}

/** Makes tfjs's data for an id of the binding, referenced by `refCount` tensors; returns the `dataId`. */
export function dataForId(id: number, shape: number[], dtype: number, refCount = 1): object {
  const dataId = {};
  // deno-lint-ignore no-explicit-any -- the package keeps its map private
  (getBackend() as any).tensorMap.set(dataId, { id, values: null, shape, dtype, refCount });
  return dataId;
}

/** Makes a tfjs tensor from an output of the binding. */
export function toTensor(output: { id: number; shape: number[]; dtype: number }): tf.Tensor {
  // deno-lint-ignore no-explicit-any -- the package keeps it private
  return (getBackend() as any).createOutputTensor(output);
}

/** Runs or traces a TensorFlow op. It defines no gradient: use `customOp` for one. */
export function executeOp(
  name: string,
  attributes: Attribute[],
  inputs: readonly tf.TensorInfo[],
  numOutputs: number,
  own?: OwnOp,
): tf.Tensor[] {
  getBackend();
  const ids = inputs.map(tensorId);
  return getBinding().executeOp(name, attributes, ids, numOutputs, own).map(toTensor);
}
