import { ARCHITECTURES, createModel, ENCODERS, LOSSES, registryNames, tf } from "lib";
import { type Precision, PRECISIONS } from "lib/tensorflow";
import { Optimizer } from "lib/train";
import { readFields } from "lib/io/protobuf.ts";
import { getContext } from "lib/tensorflow/ffi/context.ts";
import { findLibrary } from "lib/tensorflow/ffi/library.ts";
import { Trace } from "lib/tensorflow/graph/trace.ts";
import { DEFAULT_TASK } from "lib/task/tasks.ts";
import { lossFits } from "lib/train/losses/loss.ts";
import { lossParameters } from "lib/train/losses/losses.ts";
import { trainingStep } from "lib/train/training_step.ts";

const text = new TextDecoder();

/** Returns the fields of a message with a number: strings and messages as bytes. */
export function readField(message: Uint8Array, field: number): Uint8Array[] {
  return [...readFields(message)].flatMap(([key, value]) =>
    key === field && value instanceof Uint8Array ? [value] : []
  );
}

/** Returns the first field of a message with a number, as text. */
export const readName = (message: Uint8Array, field: number) => text.decode(readField(message, field)[0]);

/** Returns the types that an `AttrValue` names: its `type`, or its `list`'s. */
export function readTypes(value: Uint8Array): number[] {
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
export interface TracedNode {
  op: string;
  types: Map<string, number[]>;
}

/** Calls `onNode` with each node of each graph that `body` traces. */
function watchNodes(onNode: (node: TracedNode) => void, body: () => void): void {
  const context = getContext();
  const { symbols } = Deno.dlopen(findLibrary().path, {
    TF_GraphToGraphDef: { parameters: ["u64", "u64", "u64"], result: "void" },
  });
  const { finish } = Trace.prototype;
  Trace.prototype.finish = function (outputIds) {
    const buffer = context.symbols.TF_NewBuffer();
    symbols.TF_GraphToGraphDef(this.graph.handle, buffer, context.status);
    // GraphDef.node; NodeDef: 2 op, 5 attr (1 key, 2 value).
    for (const node of readField(context.readBuffer(buffer), 1)) {
      const types = readField(node, 5).map((attr) => [readName(attr, 1), readTypes(readField(attr, 2)[0])] as const);
      onNode({ op: readName(node, 2), types: new Map(types.filter(([, types]) => types.length)) });
    }
    context.symbols.TF_DeleteBuffer(buffer);
    return finish.call(this, outputIds);
  };
  try {
    body();
  } finally {
    Trace.prototype.finish = finish;
  }
}

/** The models and precisions whose steps are traced. Default: all. */
interface TracedModels {
  encoders?: readonly (keyof typeof ENCODERS)[];
  precisions?: readonly Precision[];
}

/**
 * Traces the training steps of the architectures for a GPU, and calls `onNode` with each node. With ResNet-18 there is a
 * step for each loss of the foreground and of classes, with other encoders one with BCE.
 */
export function traceGpuSteps(
  onNode: (node: TracedNode) => void,
  { encoders = registryNames(ENCODERS), precisions = PRECISIONS }: TracedModels = {},
): void {
  const images = tf.zeros([2, 64, 64, 3]) as tf.Tensor4D, masks = tf.zeros([2, 64, 64, 1]) as tf.Tensor4D;
  const seed = tf.tensor1d([1, 1], "int32");
  const trace = (architecture: keyof typeof ARCHITECTURES, encoder: keyof typeof ENCODERS) => {
    for (const task of encoder === "resnet18" ? (["foreground", "classes"] as const) : [DEFAULT_TASK] as const) {
      const model = createModel({ architecture, encoder, task, classNames: ["background", "cell", "debris"] });
      const { taskDefinition } = model;
      const losses = registryNames(LOSSES).filter((loss) => lossFits(LOSSES[loss], taskDefinition));
      for (const precision of precisions) {
        const optimizer = new Optimizer(model.weights.trainable(), { name: "adamw", weightDecay: 1e-4, precision });
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
  };
  watchNodes(onNode, () => {
    for (const architecture of registryNames(ARCHITECTURES)) {
      for (const encoder of encoders) trace(architecture, encoder);
    }
  });
}
