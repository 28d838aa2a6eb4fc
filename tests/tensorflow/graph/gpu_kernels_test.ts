// @tags slow
import assert from "node:assert/strict";
import { getContext } from "lib/tensorflow/ffi/context.ts";
import { findLibrary } from "lib/tensorflow/ffi/library.ts";
import { readField, readName, readTypes, traceGpuSteps } from "./traced_nodes.ts";

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

Deno.test("no training step has an op that a GPU refuses in deterministic mode", () => {
  const refused = new Set<string>();
  let nodes = 0;
  traceGpuSteps(({ op }) => {
    nodes++;
    if (REFUSED.some((pattern) => pattern.test(op))) refused.add(op);
  }, { encoders: ["resnet18", "mobilenet_v2"], precisions: ["float32"] });
  assert.deepEqual([...refused], []);
  assert.ok(nodes > 10_000, `only ${nodes} nodes were looked at`);
});

Deno.test({
  name: "every op of every training step has a kernel on a GPU, in each precision",
  // The GPU build lists its kernels where there is no GPU, too; the CPU build has none to list.
  ignore: !library.gpu,
  fn: () => {
    // The context opens the CUDA libraries, which TensorFlow looks for while it loads.
    const context = getContext();
    const { symbols } = Deno.dlopen(library.path, {
      TF_GetRegisteredKernelsForOp: { parameters: ["buffer", "u64"], result: "u64" },
    });
    const kernels = new Map<string, Map<string, number[]>[]>();
    const findGpuKernels = (op: string) => {
      let found = kernels.get(op);
      if (!found) {
        const list = context.readBuffer(
          symbols.TF_GetRegisteredKernelsForOp(new TextEncoder().encode(`${op}\0`), context.status),
        );
        // KernelList.kernel; KernelDef: 2 device_type, 3 constraint (1 name, 2 allowed_values), 5 label.
        found = readField(list, 1).filter((kernel) =>
          readName(kernel, 2) === "GPU" && readField(kernel, 5).length === 0
        )
          .map((kernel) => new Map(readField(kernel, 3).map((c) => [readName(c, 1), readTypes(readField(c, 2)[0])])));
        kernels.set(op, found);
      }
      return found;
    };
    const missing = new Set<string>();
    let nodes = 0;
    traceGpuSteps(({ op, types }) => {
      nodes++;
      const onHost = op === "Const" && types.get("dtype")?.[0] !== 1;
      if (ANYWHERE.has(op) || onHost) return;
      const fits = findGpuKernels(op).some((allowed) =>
        [...allowed].every(([name, known]) => types.get(name)?.every((type) => known.includes(type)) ?? true)
      );
      if (!fits) missing.add(`${op} ${JSON.stringify([...types])}`);
    });
    assert.equal(findGpuKernels("DecodeRaw").length, 0, "a look at an op that only a CPU has");
    assert.deepEqual([...missing], []);
    assert.ok(nodes > 10_000, `only ${nodes} nodes were looked at`);
  },
});
