import { OneDnnError } from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { EngineLayer, EngineNetwork, Resized } from "./engine_layers.ts";

/** Height and width of a map in pixels, and its channels. */
export interface MapShape {
  height: number;
  width: number;
  channels: number;
}

/** Computes the shape of each map. */
export function mapShapes(
  { input, layers }: EngineNetwork,
  image: MapShape,
  constants: ReadonlyMap<number, RecordedConstant>,
): Map<number, MapShape> {
  const shapes = new Map([[input, image]]);
  const resized = ({ height, width, channels }: MapShape, size: Resized): MapShape =>
    "as" in size
      ? { ...shapes.get(size.as)!, channels }
      : { height: height * size.factor, width: width * size.factor, channels };
  const outputOf = (layer: EngineLayer): MapShape => {
    if (layer.kind === "join") {
      const maps = layer.inputs.map((id) => shapes.get(id)!);
      return { ...maps[0], channels: maps.reduce((sum, { channels }) => sum + channels, 0) };
    }
    const map = shapes.get(layer.input)!;
    switch (layer.kind) {
      case "convolution": {
        const [side, , , channels] = constants.get(layer.kernel)!.shape, { stride, dilation, padding } = layer;
        const after = (length: number) =>
          Math.floor((length + padding[0] + padding[1] - dilation * (side - 1) - 1) / stride) + 1;
        return { height: after(map.height), width: after(map.width), channels };
      }
      case "maxPool":
        return { ...map, height: Math.ceil(map.height / 2), width: Math.ceil(map.width / 2) };
      case "convert":
        return map;
      case "interleave":
        return { height: 2 * (map.height - 1), width: 2 * (map.width - 1), channels: layer.channels };
      case "average":
        return { ...map, height: layer.bins, width: layer.bins };
      case "nearest": {
        const to = resized(map, layer.size), factors = [to.height / map.height, to.width / map.width];
        if (factors.every((factor) => Number.isInteger(factor) && factor > 0)) return to;
        throw new OneDnnError(`A map is enlarged ${factors.join(" and ")} times, which is no whole number`);
      }
      case "bilinear":
        return resized(map, layer.size);
    }
  };
  for (const layer of layers) shapes.set(layer.output, outputOf(layer));
  return shapes;
}
