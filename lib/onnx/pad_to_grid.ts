import type { GraphBuilder } from "./graph_builder.ts";
import { sideLength, sides } from "./shapes.ts";

/**
 * Returns the indices of the pixels along one axis, mirrored beyond the end until their number is a multiple of the grid.
 * The pixel at the edge is not repeated, as in PyTorch's `reflect`.
 */
function mirrored(graph: GraphBuilder, length: string, grid: number): string {
  const number = (value: number) => graph.integers([value], []);
  const cells = graph.add("Div", [graph.add("Add", [length, number(grid - 1)]), number(grid)]);
  const indices = graph.add("Range", [number(0), graph.add("Mul", [cells, number(grid)]), number(1)]);
  const period = graph.add("Mul", [graph.add("Sub", [length, number(1)]), number(2)]);
  // A single pixel has a period of 0, by which nothing can be divided.
  const within = graph.add("Mod", [indices, graph.add("Max", [period, number(1)])]);
  return graph.add("Min", [within, graph.add("Sub", [period, within])]);
}

/**
 * Mirrors images below and right, so that their sides are multiples of the grid.
 *
 * @param images name of `[batch, channels, height, width]`, of any height and width
 * @returns the name of the padded images
 */
export function padToGrid(graph: GraphBuilder, images: string, grid: number): string {
  return [2, 3].reduce(
    (padded, axis) =>
      graph.add("Gather", [padded, mirrored(graph, sideLength(graph, images, axis), grid)], { axis }, "padded"),
    images,
  );
}

/**
 * Removes from maps what {@linkcode padToGrid} added.
 *
 * @param images name of the images before padding
 * @param output name of the result
 */
export function cropToImages(graph: GraphBuilder, maps: string, images: string, output: string): string {
  return graph.add("Slice", [maps, graph.integers([0, 0]), sides(graph, images), graph.integers([2, 3])], {}, output);
}
