import type { SegmentationModel } from "../nn/segmentation_model.ts";
import { foldConvolutions } from "../nn/recording/fold_convolutions.ts";
import { recordForward } from "../nn/recording/record_forward.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { OnnxError } from "./onnx_error.ts";
import { Values } from "./operators/operator.ts";
import { OPERATORS } from "./operators/operators.ts";

/**
 * Adds a network to a graph.
 *
 * @param images name of `[batch, inChannels, height, width]`, with sides that are multiples of the model's divisor
 * @returns name of the probabilities, `[batch, classes, height, width]`
 * @throws {OnnxError} if the model has an op without a counterpart; the message names it.
 */
export function addNetwork(graph: GraphBuilder, model: SegmentationModel, images: string): string {
  const recording = foldConvolutions(recordForward(model)), values = new Values(graph, recording);
  values.set(recording.inputs[0], images);
  for (const op of recording.ops) {
    const operator = OPERATORS[op.name];
    if (!operator) {
      throw new OnnxError(
        `${model.architecture} with ${model.encoder} cannot be exported: it has TensorFlow's op ${op.name}, which ` +
          "the export does not know at every size of an image",
      );
    }
    values.set(op.outputs[0], operator(op, values));
  }
  const logits = values.get(recording.output);
  return model.taskDefinition.activation === "sigmoid"
    ? graph.add("Sigmoid", [logits])
    : graph.add("Softmax", [logits], { axis: 1 });
}
