import type { AttributeValue } from "../graph_builder.ts";
import { sides } from "../shapes.ts";
import type { RecordedOp } from "../../tensorflow/mod.ts";
import type { Operator, Values } from "./operator.ts";

/** Resizes a map by a factor, or to the size of another map. */
function resize(
  { inputs: [x, like], attributes }: RecordedOp,
  values: Values,
  how: Readonly<Record<string, AttributeValue>>,
): string {
  const { graph } = values, map = values.get(x), factor = attributes.factor as number | undefined;
  if (factor === 1) return map;
  if (factor !== undefined) {
    const scales = graph.floats(Float32Array.of(1, 1, factor, factor), [4], "scales");
    return graph.add("Resize", [map, "", scales], how);
  }
  const unchanged = graph.add("Shape", [map], { start: 0, end: 2 });
  const size = graph.add("Concat", [unchanged, sides(graph, values.get(like))], { axis: 0 });
  return graph.add("Resize", [map, "", "", size], how);
}

/** The pixel at `i` is the one at ⌊i · in / out⌋. */
export const resizeNearest: Operator = (op, values) =>
  resize(op, values, {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });

/** Interpolates linearly; the centres of the corner pixels stay in place, or the image's edges. */
export const resizeBilinear: Operator = (op, values) =>
  resize(op, values, {
    mode: "linear",
    coordinate_transformation_mode: op.attributes.alignCorners ? "align_corners" : "half_pixel",
  });
