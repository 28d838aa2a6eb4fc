import { float } from "../graph_builder.ts";
import { onnxAxis } from "../layout.ts";
import type { Operator } from "./operator.ts";

/** Makes an operator that treats every number alike, such as ReLU or a sum. */
export function pointwise(op: string): Operator {
  return ({ inputs }, values) => values.graph.add(op, inputs.map((id) => values.get(id)));
}

/** min(max(x, 0), 6). */
export const relu6: Operator = ({ inputs: [x] }, values) => {
  const { graph } = values, limits = [0, 6].map((limit) => graph.floats(Float32Array.of(limit), []));
  return graph.add("Clip", [values.get(x), ...limits]);
};

/** Concatenates maps; the last input is the axis. */
export const concatenate: Operator = ({ inputs }, values) => {
  const maps = inputs.slice(0, -1), [axis] = values.constant(inputs.at(-1)!).values;
  return values.graph.add("Concat", maps.map((id) => values.get(id)), { axis: onnxAxis(axis, values.rank(maps[0])) });
};

/** A batch normalisation by running statistics that follows no convolution. */
export const batchNormalization: Operator = ({ inputs: [x, ...parameters], attributes }, values) => {
  const names = parameters.map((id) => {
    const { name, values: numbers, shape } = values.constant(id);
    return values.graph.floats(Float32Array.from(numbers), shape, name);
  });
  const epsilon = float(attributes.epsilon as number);
  return values.graph.add("BatchNormalization", [values.get(x), ...names], { epsilon });
};
