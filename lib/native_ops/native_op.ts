import { MachineCodeError } from "../machine_code/mod.ts";
import { RecentlyUsed } from "../tensorflow/graph/recently_used.ts";
import { currentHalf, executeOp, intAttribute, type tf, TraceError, typesAttribute } from "../tensorflow/mod.ts";
import { getBinding } from "../tensorflow/tfjs/backend.ts";
import { isHalf, type NativeWork } from "./native_work.ts";
import { INPUTS, NAME, OP, OUTPUTS, registerOp, WORK } from "./register_op.ts";
import { SharedCode } from "./shared_code.ts";

/** Most works outside compiled steps whose code is kept. */
const MOST_EAGER = 256;

/** The code of this process; nothing if the machine runs none of its own, `null` before that is known. */
let shared: SharedCode | undefined | null = null;

/** The works that ran last outside compiled steps. */
const eager = new RecentlyUsed<DisposableStack>(MOST_EAGER, (keep) => keep.dispose());

function code(): SharedCode | undefined {
  if (shared !== null) return shared;
  // Never twice, whatever happens: TensorFlow would end the process.
  shared = undefined;
  const functions = registerOp();
  return shared = functions && new SharedCode(functions);
}

/**
 * Returns whether {@linkcode nativeOp} can run here: on Linux on a processor with AVX2, if the system lets the process run code
 * that it writes; not in a step that XLA compiles.
 */
export function runsNativeOps(): boolean {
  return !getBinding().trace?.xla && code() !== undefined;
}

/**
 * Runs or traces a work on a processor. Of its outputs only what its calls write is set. It has no gradient.
 *
 * @throws {MachineCodeError} if this machine runs no machine code of its own: see {@linkcode runsNativeOps}.
 * @throws {TraceError} if a tensor of the work is bfloat16, and no step is traced in bfloat16.
 */
export function nativeOp(work: NativeWork, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  if (work.halves?.length && currentHalf()?.type !== "bfloat16") {
    throw new TraceError("Only a compiled step that is traced in bfloat16 has tensors of this type");
  }
  const codes = code();
  if (!codes) throw new MachineCodeError("This machine runs no machine code of its own");
  const { trace } = getBinding(), keep = new DisposableStack();
  let address: bigint;
  try {
    address = codes.address(work, keep);
  } catch (error) {
    keep.dispose();
    throw error;
  }
  if (trace) trace.keep(keep);
  else if (eager.get(String(address))) keep.dispose();
  else eager.set(String(address), keep);
  const { outputs } = work, halves = Array.from({ length: work.inputs + outputs.length }, (_, i) => isHalf(work, i));
  const types = (name: string, some: boolean[]) =>
    typesAttribute(name, some.map((half) => half ? "bfloat16" : "float32"));
  const halfInputs = halves.slice(0, work.inputs);
  const attributes = [
    types(INPUTS, halfInputs),
    types(OUTPUTS, halves.slice(work.inputs)),
    intAttribute(WORK, Number(address)),
  ];
  return executeOp(OP, attributes, inputs, outputs.length, {
    shapes: outputs,
    name: NAME,
    halfInputs,
    sharesInput: work.passesOn,
  });
}
