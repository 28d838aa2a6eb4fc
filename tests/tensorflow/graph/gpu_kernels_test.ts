// @tags slow
import assert from "node:assert/strict";
import { ARCHITECTURES, createModel, ENCODERS, LOSSES, registryNames, tf } from "lib";
import { PRECISIONS } from "lib/tensorflow";
import { Optimizer } from "lib/train";
import { getContext } from "lib/tensorflow/ffi/context.ts";
import { findLibrary } from "lib/tensorflow/ffi/library.ts";
import { readFields } from "lib/io/protobuf.ts";
import { Trace } from "lib/tensorflow/graph/trace.ts";
import { DEFAULT_TASK } from "lib/task/tasks.ts";
import { lossFits } from "lib/train/losses/loss.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { trainingStep } from "lib/train/training_step.ts";

const library = findLibrary();
const text = new TextDecoder();

/** A message's fields of that number: strings and messages as bytes. */
function readField(message: Uint8Array, field: number): Uint8Array[] {
  return [...readFields(message)].flatMap(([key, value]) =>
    key === field && value instanceof Uint8Array ? [value] : []
  );
}

const readName = (message: Uint8Array, field: number) => text.decode(readField(message, field)[0]);

/** The types that an `AttrValue` names: its `type`, or its `list`'s. */
function readTypes(value: Uint8Array): number[] {
  return [...readFields(value)].flatMap(([key, inner]) => {
    if (key === 6) return [inner as number];
    if (key !== 1 || !(inner instanceof Uint8Array)) return [];
    // Types are below 128: one byte each, packed.
    return [...readFields(inner)].flatMap(([key, type]) =>
      key !== 6 ? [] : typeof type === "number" ? [type] : [...type]
    );
  });
}

/** What of a graph's node decides on its kernel: the op, and the types among its attributes. */
interface Node {
  op: string;
  types: Map<string, number[]>;
}

/** Ops that have one kernel for all devices, or whose values are on the host: shapes and axes. */
const ANYWHERE = new Set(["Placeholder", "ReadVariableOp"]);

Deno.test({
  name: "every op of every training step has a kernel on a GPU, in each precision",
  // The GPU build lists its kernels where there is no GPU, too; the CPU build has none to list.
  ignore: !library.gpu,
  fn: () => {
    // The context opens the CUDA libraries, which TensorFlow looks for while it loads.
    const context = getContext();
    const { symbols } = Deno.dlopen(library.path, {
      TF_GraphToGraphDef: { parameters: ["u64", "u64", "u64"], result: "void" },
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
    const check = ({ op, types }: Node) => {
      nodes++;
      const onHost = op === "Const" && types.get("dtype")?.[0] !== 1;
      if (ANYWHERE.has(op) || onHost) return;
      const fits = findGpuKernels(op).some((allowed) =>
        [...allowed].every(([name, known]) => types.get(name)?.every((type) => known.includes(type)) ?? true)
      );
      if (!fits) missing.add(`${op} ${JSON.stringify([...types])}`);
    };
    const { finish } = Trace.prototype;
    Trace.prototype.finish = function (outputIds) {
      const buffer = context.symbols.TF_NewBuffer();
      symbols.TF_GraphToGraphDef(this.graph.handle, buffer, context.status);
      // GraphDef.node; NodeDef: 2 op, 5 attr (1 key, 2 value).
      for (const node of readField(context.readBuffer(buffer), 1)) {
        const types = readField(node, 5).map((attr) => [readName(attr, 1), readTypes(readField(attr, 2)[0])] as const);
        check({ op: readName(node, 2), types: new Map(types.filter(([, types]) => types.length)) });
      }
      context.symbols.TF_DeleteBuffer(buffer);
      finish.call(this, outputIds);
    };
    try {
      const images = tf.zeros([2, 64, 64, 3]) as tf.Tensor4D, masks = tf.zeros([2, 64, 64, 1]) as tf.Tensor4D;
      const seed = tf.tensor1d([1, 1], "int32");
      for (const architecture of registryNames(ARCHITECTURES)) {
        for (const encoder of registryNames(ENCODERS)) {
          for (const task of encoder === "resnet18" ? (["foreground", "classes"] as const) : [DEFAULT_TASK] as const) {
            const model = createModel({ architecture, encoder, task, classNames: ["background", "cell", "debris"] });
            const { taskDefinition } = model;
            const losses = registryNames(LOSSES).filter((loss) => lossFits(LOSSES[loss], taskDefinition));
            for (const precision of PRECISIONS) {
              const optimizer = new Optimizer(model.weights.trainable(), {
                name: "adamw",
                weightDecay: 1e-4,
                precision,
              });
              for (const loss of encoder === "resnet18" ? losses : ["bce"] as const) {
                const step = trainingStep(model, optimizer, { loss, precision, gradientNorm: true, device: "GPU" });
                const parameters = lossParameters(loss, {}, taskDefinition);
                step.plan(images, masks, optimizer.control(1, 1e-3), seed, parameters);
                step.dispose();
              }
              optimizer.dispose();
            }
            model.dispose();
          }
        }
      }
    } finally {
      Trace.prototype.finish = finish;
    }
    assert.equal(findGpuKernels("DecodeRaw").length, 0, "a look at an op that only a CPU has");
    assert.deepEqual([...missing], []);
    assert.ok(nodes > 10_000, `only ${nodes} nodes were looked at`);
  },
});
