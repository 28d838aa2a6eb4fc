import * as tf from "@tensorflow/tfjs";
import { TensorFlowError } from "../ffi/errors.ts";
import { configProto } from "../ffi/protobuf.ts";
import { cString, toCString } from "../ffi/symbols.ts";
import { getBinding, tensorId, toTensor } from "../tfjs/backend.ts";
import type { CompileOptions, StepResult } from "./compile_options.ts";
import type { TracedStep } from "./trace_step.ts";

/** TensorFlow's name of the executor that runs all ops in the calling thread. */
const SEQUENTIAL = new TextEncoder().encode("SINGLE_THREADED_EXECUTOR");

/** Runs a traced step off the event loop. */
export async function executeStep(
  traced: TracedStep,
  args: tf.Tensor[],
  name: string,
  options: CompileOptions,
): Promise<StepResult> {
  const binding = getBinding();
  const { symbols, handle: context } = binding.context;
  const status = symbols.TF_NewStatus();
  const op = symbols.TFE_NewOp(context, toCString(traced.name), status);
  binding.context.check(name, status);
  const outputs = new BigUint64Array(Math.max(1, traced.outputs + traced.assigned.length));
  const count = new Int32Array([traced.outputs + traced.assigned.length]);
  try {
    for (const arg of args) {
      const entry = binding.entry(tensorId(arg));
      let handle = entry.handle;
      let temporary: tf.Tensor | undefined;
      if (entry.kind === "variable") {
        temporary = tf.clone(arg);
        handle = binding.entry(tensorId(temporary)).handle;
      }
      symbols.TFE_OpAddInput(op, handle, status);
      temporary?.dispose();
    }
    for (const input of traced.inputs) {
      const entry = "entry" in input ? input.entry : binding.entry(tensorId(input.variable));
      symbols.TFE_OpAddInput(op, entry.handle, status);
    }
    const gpu = binding.isUsingGpuDevice(), frozen = traced.frozen !== undefined;
    const isFinal = frozen || options.xla === true;
    const bfloat16 = options.precision === "mixed" && !gpu && !isFinal;
    // Without rewriting and fusing, only the layout optimiser helps, and only on a GPU; the others would take seconds. A
    // frozen step is fused already, and XLA fuses by itself.
    const asTraced = isFinal || !bfloat16 && !options.fuse;
    const optimizers = asTraced ? gpu && !options.xla ? ["layout"] : [] : undefined;
    const config = configProto({ bfloat16, fuse: options.fuse, optimizers });
    symbols.TFE_OpSetAttrString(op, cString("config_proto"), config, BigInt(config.length));
    if (options.xla) symbols.TFE_OpSetAttrBool(op, cString("_XlaMustCompile"), 1);
    if (options.sequential && !gpu) {
      // This executor cannot run functions with parts on both devices, as on a GPU.
      symbols.TFE_OpSetAttrString(op, cString("executor_type"), SEQUENTIAL, BigInt(SEQUENTIAL.length));
    }
    binding.context.check(name, status);
    binding.executions++;
    for (const entry of traced.written) entry.writes++;
    await symbols.TFE_ExecuteAsync(op, outputs, count, status);
    const code = symbols.TF_GetCode(status);
    if (code !== 0) {
      const shapes = args.map((arg) => `[${arg.shape}] ${arg.dtype}`).join(", ");
      throw new TensorFlowError(name, code, `${name}(${shapes}): ${binding.context.message(status)}`);
    }
  } finally {
    symbols.TFE_DeleteOp(op);
    symbols.TF_DeleteStatus(status);
  }
  const tensors = Array.from(outputs.subarray(0, count[0]), (handle) => toTensor(binding.adopt(handle)));
  traced.assigned.forEach((variable, i) => {
    const value = tensors[traced.outputs + i];
    variable.assign(value);
    value.dispose();
  });
  return traced.rebuild(tensors.slice(0, traced.outputs));
}
