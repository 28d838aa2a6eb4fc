import type { Call } from "../../../onednn/mod.ts";
import { biasAddress, type CallContext } from "../call_context.ts";
import type { ConvolutionLayer, Range } from "../engine_layers.ts";
import type { MapPlace } from "../engine_plan.ts";
import type { MapMemory } from "../map_memory.ts";
import { oddLines } from "../../winograd/odd_lines.ts";
import { groups, type Piece, pieceShape, piecesOf, pieceTiles } from "../../winograd/pieces.ts";
import { productCode, type ProductShape } from "../../winograd/product_code.ts";
import { productsOf } from "../../winograd/winograd_matrices.ts";
import { inputTransformCode, outputTransformCode, type TransformShape } from "../../winograd/transform_code.ts";
import type { WinogradPlan } from "./winograd_plan.ts";

/**
 * Returns the calls that compute the rows `range` of a 3 × 3 convolution with stride 1 and padding equal to its dilation
 * by Winograd's minimal filtering: tiles are transformed, multiplied by transformed kernels, and transformed back.
 *
 * @param workspace where the transforms can be, in the working memory
 */
export function winogradCalls(
  layer: ConvolutionLayer,
  plan: WinogradPlan,
  context: CallContext,
  maps: MapMemory,
  range: Range,
  workspace: number,
): Call[] {
  const { dilation, activation, addend } = layer, { transformedKernels, recorded, code } = context;
  const { tile } = plan, products = productsOf(tile);
  const input = maps.place(layer.input), output = maps.place(layer.output), constant = recorded.get(layer.kernel)!;
  const inputs = layer.inputChannels ?? { first: 0, end: constant.shape[2] };
  const bias = biasAddress(layer, output.channels, context);
  const weights = transformedKernels.address({ id: layer.kernel, constant, inputs, tile });
  const pixel = (place: MapPlace, { image, row, column }: Piece) => {
    const { height, allChannels } = place;
    return maps.at(place, image * height + row) + 4 * column * allChannels;
  };
  const shapeOf = (piece: Piece, place: MapPlace, planeStride: number): TransformShape => ({
    ...pieceShape(piece, { tile, dilation }, place),
    planeStride,
  });
  return groups(piecesOf(output, maps.images, dilation, plan, range), plan.tiles).flatMap((group) => {
    const tiles = pieceTiles(group);
    const fromStride = oddLines(tiles * input.channels), toStride = oddLines(tiles * output.channels);
    const from = workspace, to = workspace + products * fromStride;
    const product = {
      products,
      rows: tiles,
      inner: input.channels,
      columns: output.channels,
      leftStride: fromStride,
      resultStride: toStride,
    } satisfies ProductShape;
    const before: Call[] = [], after: Call[] = [];
    let done = 0;
    for (const piece of group) {
      const fromShape = shapeOf(piece, input, fromStride), toShape = shapeOf(piece, output, toStride);
      const options = { sum: addend !== undefined, activation };
      before.push({
        code: code.address(["in", fromShape], () => inputTransformCode(fromShape)),
        places: [pixel(input, piece), from + 4 * done * input.channels],
      });
      after.push({
        code: code.address(["out", toShape, options], () => outputTransformCode(toShape, options)),
        places: [pixel(output, piece), to + 4 * done * output.channels, bias],
      });
      done += piece.tiles;
    }
    const multiply = code.address(["product", product], () => productCode(product));
    return [...before, { code: multiply, places: [from, weights, to] }, ...after];
  });
}
