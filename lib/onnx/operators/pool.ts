import type { GraphBuilder } from "../graph_builder.ts";
import { onnxAxis } from "../layout.ts";
import { OnnxError } from "../onnx_error.ts";
import { sideLength } from "../shapes.ts";
import type { Operator } from "./operator.ts";

/** The maximum over 3 × 3 pixels at every second pixel. */
export const maxPool: Operator = ({ inputs: [x] }, values) =>
  values.graph.add("MaxPool", [values.get(x)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });

/** The mean over axes that stay with a length of 1; the last input lists them. */
export const mean: Operator = ({ inputs: [x, axes], attributes }, values) => {
  if (attributes.keep_dims !== true) throw new OnnxError("A mean that drops axes has no counterpart in ONNX's layout");
  const list = Array.from(values.constant(axes).values, (axis) => onnxAxis(axis, values.rank(x)));
  return values.graph.add("ReduceMean", [values.get(x)], { axes: list.sort((a, b) => a - b), keepdims: 1 });
};

/**
 * Computes a matrix `[bins, length]` of weights: bin i averages the pixels from ⌊i · length / bins⌋ to ⌈(i + 1) · length
 * / bins⌉ (PyTorch's `AdaptiveAvgPool2d`). The length is known when the graph runs.
 */
function binMatrix(graph: GraphBuilder, length: string, bins: number): string {
  const divisor = graph.integers([bins], []);
  const column = (first: number) => graph.integers(Array.from({ length: bins }, (_, i) => first + i), [bins, 1]);
  const start = graph.add("Div", [graph.add("Mul", [column(0), length]), divisor]);
  const above = graph.add("Add", [graph.add("Mul", [column(1), length]), graph.integers([bins - 1], [])]);
  const end = graph.add("Div", [above, divisor]);
  const pixels = graph.add("Range", [graph.integers([0], []), length, graph.integers([1], [])]);
  const inside = graph.add("And", [
    graph.add("GreaterOrEqual", [pixels, start]),
    graph.add("Less", [pixels, end]),
  ]);
  const asFloat = (name: string) => graph.add("Cast", [name], { to: 1 });
  return graph.add("Div", [asFloat(inside), asFloat(graph.add("Sub", [end, start]))]);
}

/** Averages over a grid of areas that cover the map. Rows, then columns, are two matrix products. */
export const adaptiveAveragePool: Operator = ({ inputs: [x], attributes }, values) => {
  const { graph } = values, bins = attributes.bins as number, map = values.get(x);
  if (bins === 1) return graph.add("GlobalAveragePool", [map]);
  const rows = graph.add("MatMul", [binMatrix(graph, sideLength(graph, map, 2), bins), map]);
  const columns = graph.add("Transpose", [binMatrix(graph, sideLength(graph, map, 3), bins)], { perm: [1, 0] });
  return graph.add("MatMul", [rows, columns]);
};
