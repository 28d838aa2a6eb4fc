import { type Call, OneDnnError, type Primitives } from "../../onednn/mod.ts";
import { averageMatrix, bilinearMatrix, channelMatrix, type Matrix } from "../ops/resize_matrix.ts";
import type { EngineLayer } from "./engine_layers.ts";
import { NUMBER_BYTES } from "./engine_plan.ts";
import { callAt, type MapMemory } from "./map_memory.ts";
import type { NativeConstants } from "./native_constants.ts";

/** A layer that resizes linearly: each row of its result is a sum of rows, and so is each column. */
type LinearLayer = EngineLayer & { kind: "bilinear" | "average" };

/** With fewer channels, a line of pixels is one row of a product. */
const MANY_CHANNELS = 16;

/** Most numbers of a matrix: it grows with the square of a line. */
const LARGEST_MATRIX = 2 ** 22;

/** A matrix that is computed when it is needed first. */
interface NamedMatrix {
  name: string;
  matrix: () => Matrix;
}

/** Returns the matrix that resizes a line of `from` pixels to `to`. */
function lineMatrix(layer: LinearLayer, from: number, to: number): NamedMatrix {
  if (from * to > LARGEST_MATRIX) {
    throw new OneDnnError(`A line of ${from} pixels is too long to be resized to ${to}`);
  }
  if (layer.kind === "average") return { name: `average ${from} ${to}`, matrix: () => averageMatrix(from, to) };
  const { alignCorners } = layer;
  return { name: `bilinear ${from} ${to} ${alignCorners}`, matrix: () => bilinearMatrix(from, to, alignCorners) };
}

/** What the calls need besides the maps. */
interface ResizeContext {
  primitives: Primitives;
  constants: NativeConstants;
}

/**
 * Returns the calls that compute the rows `first` to `end` of a resized map: rows and then columns are products with
 * matrices.
 *
 * @param between storage of the map whose rows alone are resized
 */
export function resizeCalls(
  layer: LinearLayer,
  between: number,
  { primitives, constants }: ResizeContext,
  maps: MapMemory,
  { first, end }: { first: number; end: number },
): Call[] {
  const { images } = maps, rows = end - first, lines = images * rows;
  const input = maps.place(layer.input), output = maps.place(layer.output), { type, width, channels } = input;
  const row = width * channels, rowBytes = (numbers: number) => first * numbers * NUMBER_BYTES[type];
  const stored = ({ name, matrix }: NamedMatrix) => constants.matrix(name, type, matrix);
  const middle = maps.storage(between) + rowBytes(row);
  const down = callAt(
    primitives.matrixProduct(
      { shape: [1, rows, input.height], type },
      { shape: [images, input.height, row], type },
      { shape: [images, rows, row], type, strides: [output.height * row, row, 1] },
    ),
    {
      source: stored(lineMatrix(layer, input.height, output.height)) + BigInt(rowBytes(input.height)),
      weights: maps.at(input),
      destination: middle,
    },
  );
  const columns = lineMatrix(layer, width, output.width), outputRow = output.width * channels;
  const destination = maps.at(output, first), { allChannels } = output;
  if (channels < MANY_CHANNELS && allChannels === channels && row * outputRow <= LARGEST_MATRIX) {
    const wide = { name: `${columns.name} ${channels}`, matrix: () => channelMatrix(columns.matrix(), channels) };
    const primitive = primitives.matrixProduct(
      { shape: [1, lines, row], type },
      { shape: [1, row, outputRow], type },
      { shape: [1, lines, outputRow], type: output.type },
    );
    return [down, callAt(primitive, { source: middle, weights: stored(wide), destination })];
  }
  const primitive = primitives.matrixProduct(
    { shape: [1, output.width, width], type },
    { shape: [lines, width, channels], type },
    {
      shape: [lines, output.width, channels],
      type: output.type,
      strides: [output.width * allChannels, allChannels, 1],
    },
  );
  return [down, callAt(primitive, { source: stored(columns), weights: middle, destination })];
}
