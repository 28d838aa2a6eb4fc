import { float } from "../graph_builder.ts";
import type { Operator } from "./operator.ts";

/**
 * Normalises groups of channels. Opset 17 has no such operator: with the pixels of a group in one row, it is an instance
 * normalisation.
 */
export const groupNormalization: Operator = ({ inputs: [x, scale, offset], attributes }, values) => {
  const { graph } = values, map = values.get(x);
  const { groups, epsilon } = attributes as { groups: number; epsilon: number };
  const fill = (value: number) => graph.floats(new Float32Array(groups).fill(value), [groups]);
  const rows = graph.add("Reshape", [map, graph.integers([0, groups, -1])]);
  const normalized = graph.add("InstanceNormalization", [rows, fill(1), fill(0)], { epsilon: float(epsilon) });
  const back = graph.add("Reshape", [normalized, graph.add("Shape", [map])]);
  return graph.add("Add", [graph.add("Mul", [back, values.get(scale)]), values.get(offset)]);
};
