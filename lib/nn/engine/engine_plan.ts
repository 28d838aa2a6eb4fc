import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { NumberType } from "../../onednn/mod.ts";
import { type EngineLayer, type EngineNetwork, layerInputs } from "./engine_layers.ts";
import { foldUpsampling } from "./fold_upsampling.ts";
import { mapSides, type Sides } from "./map_sides.ts";
import { assignOffsets, type Lifetime } from "./assign_offsets.ts";

/** Where a map is: `[images, height, width, channels]`, possibly among the channels of a wider map. */
export interface MapPlace extends Sides {
  type: NumberType;
  /** Number of the storage. */
  storage: number;
  /** First of its channels, and number of channels, of the map that fills the storage. */
  firstChannel: number;
  allChannels: number;
}

/** A layer whose tensors have shapes and places. */
export interface PlannedLayer {
  layer: EngineLayer;
  /** Storage of a map between two steps of the layer. */
  between?: number;
}

/** A network for images of one size. */
export interface EnginePlan {
  /** The map that takes the images: float32. */
  images: number;
  /** The map with the logits: float32. */
  logits: number;
  layers: PlannedLayer[];
  places: ReadonlyMap<number, MapPlace>;
  /** For each storage its first byte, of the memory for one image. */
  offsets: number[];
  /** Memory for one image, in bytes. */
  bytes: number;
}

/** Bytes of a number. */
export const NUMBER_BYTES: Readonly<Record<NumberType, number>> = { float32: 4, bfloat16: 2 };

/** The images before they are converted to bfloat16. */
const UNCONVERTED = -1;

/**
 * Returns the maps whose numbers are float32: the images, the logits and what comes between the last convolution and
 * them. With `mixed`, all others are bfloat16.
 */
function exactMaps({ input, output, layers }: EngineNetwork): Set<number> {
  const exact = new Set([input, output]);
  for (const layer of layers.toReversed()) {
    if (exact.has(layer.output) && !["convolution", "convert"].includes(layer.kind)) {
      layerInputs(layer).forEach((id) => exact.add(id));
    }
  }
  return exact;
}

/** Converts the images to the type of the other maps. */
function convertInput({ input, layers, ...rest }: EngineNetwork): EngineNetwork {
  return { ...rest, input: UNCONVERTED, layers: [{ kind: "convert", input: UNCONVERTED, output: input }, ...layers] };
}

/**
 * Gives each map a place in memory. A sum is computed in the place of its addend, and resized maps in that of the map
 * that joins them with others.
 *
 * @param constants takes kernels that are made for this size
 * @param image height, width and channels of the images
 */
export function planEngine(
  given: EngineNetwork,
  constants: Map<number, RecordedConstant>,
  image: Sides,
  type: NumberType,
): EnginePlan {
  const network = type === "float32"
    ? foldUpsampling(given, mapSides(given, image, constants), constants)
    : convertInput(given);
  const sides = mapSides(network, image, constants), exact = exactMaps(network);
  const typeOf = (id: number): NumberType => exact.has(id) ? "float32" : type;
  const uses = network.layers.flatMap(layerInputs);
  const usedOnce = (id: number) => id !== network.output && uses.filter((each) => each === id).length === 1;
  const makers = new Map(network.layers.map((layer) => [layer.output, layer]));
  const places = new Map<number, MapPlace>(), lifetimes: Lifetime[] = [];
  const store = (bytes: number, first: number) => lifetimes.push({ bytes, first, last: first }) - 1;
  const storageOf = (id: number, first: number) => {
    const { height, width, channels } = sides.get(id)!;
    return store(height * width * channels * NUMBER_BYTES[typeOf(id)], first);
  };
  const put = (id: number, storage: number, firstChannel = 0, allChannels = sides.get(id)!.channels) =>
    places.set(id, { ...sides.get(id)!, type: typeOf(id), storage, firstChannel, allChannels });
  put(network.input, storageOf(network.input, 0));
  // A joined map exists before the first of its parts is written into it.
  for (const layer of network.layers) {
    if (layer.kind !== "join") continue;
    const parts = layer.inputs.filter((id) =>
      ["nearest", "bilinear"].includes(makers.get(id)?.kind ?? "") && usedOnce(id)
    );
    if (parts.length === 0) continue;
    const first = Math.min(...parts.map((id) => network.layers.indexOf(makers.get(id)!)));
    const storage = storageOf(layer.output, first), { channels } = sides.get(layer.output)!;
    let firstChannel = 0;
    for (const id of layer.inputs) {
      if (parts.includes(id)) put(id, storage, firstChannel, channels);
      firstChannel += sides.get(id)!.channels;
    }
    put(layer.output, storage);
  }
  const layers = network.layers.map((layer, index): PlannedLayer => {
    if (!places.has(layer.output)) {
      const shared = layer.kind === "convolution" && layer.addend !== undefined ? places.get(layer.addend)! : undefined;
      put(layer.output, shared ? shared.storage : storageOf(layer.output, index));
    }
    for (const id of [...layerInputs(layer), layer.output]) lifetimes[places.get(id)!.storage].last = index;
    if (layer.kind !== "bilinear" && layer.kind !== "average") return { layer };
    // Rows are resized before columns.
    const { width, channels, type } = places.get(layer.input)!;
    return { layer, between: store(places.get(layer.output)!.height * width * channels * NUMBER_BYTES[type], index) };
  });
  lifetimes[places.get(network.output)!.storage].last = Infinity;
  return { images: network.input, logits: network.output, layers, places, ...assignOffsets(lifetimes) };
}
