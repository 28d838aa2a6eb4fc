// @tags slow
import assert from "node:assert/strict";
import { getContext } from "lib/tensorflow/ffi/context.ts";
import { findLibrary } from "lib/tensorflow/ffi/library.ts";
import { compile, tf } from "lib";
import { readField, readName, readTypes, type TracedNode, traceGpuSteps } from "./traced_nodes.ts";

const library = findLibrary();

/** Ops that have one kernel for all devices, or whose values are on the host: shapes and axes. */
const ANYWHERE = new Set(["Placeholder", "ReadVariableOp"]);

/** Ops of which TensorFlow's kernel for a GPU refuses to run in deterministic mode, by the messages in its library. */
const REFUSED = [
  /^AdjustContrast/,
  /^CropAndResizeGrad/,
  /^ResizeNearestNeighborGrad$/,
  /^(Sparse)?SoftmaxCrossEntropyWithLogits$/,
  /^SparseTensorDenseMatMul$/,
  /^(Unsorted|Sparse)?Segment/,
];

/** The different nodes of the training steps. Their ops depend on the precision by casts alone. */
function differentNodes(): { nodes: TracedNode[]; looked: number } {
  const nodes = new Map<string, TracedNode>();
  let looked = 0;
  traceGpuSteps((node) => {
    looked++;
    nodes.set(`${node.op} ${JSON.stringify([...node.types])}`, node);
  }, { encoders: ["resnet18", "mobilenet_v2", "efficientnet-b0"], precisions: ["mixed-float16"] });
  return { nodes: [...nodes.values()], looked };
}

const { nodes, looked } = differentNodes();

Deno.test("no training step has an op that a GPU refuses in deterministic mode", () => {
  assert.ok(looked > 10_000, `only ${looked} nodes were looked at`);
  assert.deepEqual(nodes.map(({ op }) => op).filter((op) => REFUSED.some((pattern) => pattern.test(op))), []);
});

/** Returns a function that looks up the kernels of an op for a kind of device: the types that each allows. */
function kernelFinder(device: string): (op: string) => Map<string, number[]>[] {
  // The context opens the CUDA libraries, which TensorFlow looks for while it loads.
  const context = getContext();
  const { symbols } = Deno.dlopen(library.path, {
    TF_GetRegisteredKernelsForOp: { parameters: ["buffer", "u64"], result: "u64" },
  });
  const kernels = new Map<string, Map<string, number[]>[]>();
  return (op) => {
    let found = kernels.get(op);
    if (!found) {
      const list = context.readBuffer(
        symbols.TF_GetRegisteredKernelsForOp(new TextEncoder().encode(`${op}\0`), context.status),
      );
      // KernelList.kernel; KernelDef: 2 device_type, 3 constraint (1 name, 2 allowed_values), 5 label.
      found = readField(list, 1).filter((kernel) => readName(kernel, 2) === device && readField(kernel, 5).length === 0)
        .map((kernel) => new Map(readField(kernel, 3).map((c) => [readName(c, 1), readTypes(readField(c, 2)[0])])));
      kernels.set(op, found);
    }
    return found;
  };
}

/** Returns whether an op has a kernel for the types of a node. */
function fits(kernels: readonly Map<string, number[]>[], { types }: TracedNode): boolean {
  return kernels.some((allowed) =>
    [...allowed].every(([name, known]) => types.get(name)?.every((type) => known.includes(type)) ?? true)
  );
}

Deno.test("XLA can compile every op of every training step", async () => {
  // XLA lists its kernels once it has compiled something.
  const square = compile((x: tf.Tensor) => tf.square(x), { xla: true });
  assert.deepEqual([...(await square(tf.tensor1d([1, 2]))).dataSync()], [1, 4]);
  square.dispose();
  const findKernels = kernelFinder("XLA_CPU_JIT");
  assert.equal(findKernels("DecodeRaw").length, 0, "a look at an op that XLA does not have");
  const missing = nodes.filter((node) => node.op !== "Placeholder" && !fits(findKernels(node.op), node));
  assert.deepEqual(missing, []);
});

Deno.test({
  name: "every op of every training step has a kernel on a GPU, in each precision",
  // The GPU build lists its kernels where there is no GPU, too; the CPU build has none to list.
  ignore: !library.gpu,
  fn: () => {
    const findKernels = kernelFinder("GPU"), missing = new Set<string>();
    let nodes = 0;
    traceGpuSteps((node) => {
      nodes++;
      const { op, types } = node;
      const onHost = op === "Const" && types.get("dtype")?.[0] !== 1;
      if (ANYWHERE.has(op) || onHost || fits(findKernels(op), node)) return;
      missing.add(`${op} ${JSON.stringify([...types])}`);
    });
    assert.equal(findKernels("DecodeRaw").length, 0, "a look at an op that only a CPU has");
    assert.deepEqual([...missing], []);
    assert.ok(nodes > 10_000, `only ${nodes} nodes were looked at`);
  },
});
