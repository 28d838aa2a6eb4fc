import type { GraphBuilder } from "./graph_builder.ts";

/** Returns the length of one axis of a value when the graph runs: an int64 number. */
export function sideLength(graph: GraphBuilder, value: string, axis: number): string {
  return graph.add("Squeeze", [graph.add("Shape", [value], { start: axis, end: axis + 1 }), graph.integers([0])]);
}

/** Returns the height and width of a map when the graph runs: int64 `[2]`. */
export function sides(graph: GraphBuilder, map: string): string {
  return graph.add("Shape", [map], { start: 2, end: 4 });
}
