import type { RecordedConstant } from "../../tensorflow/mod.ts";
import { type NumberType, OneDnnError } from "../../onednn/mod.ts";
import { type EngineLayer, type EngineNetwork, layerInputs } from "./engine_layers.ts";
import { foldUpsampling } from "./fold_upsampling.ts";
import { type MapShape, mapShapes } from "./map_shapes.ts";
import { planWinograd, type ThreadShare, transformBytes, type WinogradPlan } from "./winograd/winograd_plan.ts";
import { assignOffsets, type Lifetime } from "./assign_offsets.ts";

/** Where a map is: `[images, height, width, channels]`, possibly among the channels of a wider map. */
export interface MapPlace extends MapShape {
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
  /** How Winograd's method computes the convolution; `undefined`: it is direct. */
  winograd?: WinogradPlan;
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
  /** Memory for the transforms of Winograd's method, for each thread. */
  workspaceBytes: number;
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

/** Gives maps places in storages, and remembers when each storage is needed. */
class Placement {
  readonly places = new Map<number, MapPlace>();
  readonly lifetimes: Lifetime[] = [];
  readonly #exact: ReadonlySet<number>;

  constructor(
    readonly network: EngineNetwork,
    readonly shapes: ReadonlyMap<number, MapShape>,
    readonly type: NumberType,
  ) {
    this.#exact = exactMaps(network);
  }

  /** Adds a storage that is needed from the layer with this index on; returns its number. */
  store(bytes: number, first: number): number {
    return this.lifetimes.push({ bytes, first, last: first }) - 1;
  }

  #storageOf(id: number, first: number): number {
    const { height, width, channels } = this.shapes.get(id)!;
    return this.store(height * width * channels * NUMBER_BYTES[this.#typeOf(id)], first);
  }

  #typeOf(id: number): NumberType {
    return this.#exact.has(id) ? "float32" : this.type;
  }

  #put(id: number, storage: number, firstChannel = 0, allChannels = this.shapes.get(id)!.channels): void {
    this.places.set(id, { ...this.shapes.get(id)!, type: this.#typeOf(id), storage, firstChannel, allChannels });
  }

  placeInput(): void {
    this.#put(this.network.input, this.#storageOf(this.network.input, 0));
  }

  /** Places a joined map, and the resized maps that are written into it; it exists before the first of them. */
  placeJoin(layer: EngineLayer & { kind: "join" }): void {
    const { layers, output } = this.network, uses = layers.flatMap(layerInputs);
    const makers = layer.inputs.map((id) => layers.findIndex((each) => each.output === id));
    const isPart = layer.inputs.map((id, i) =>
      ["nearest", "bilinear"].includes(layers[makers[i]]?.kind) && id !== output &&
      uses.filter((each) => each === id).length === 1
    );
    if (!isPart.includes(true)) return;
    const storage = this.#storageOf(layer.output, Math.min(...makers.filter((_, i) => isPart[i])));
    let firstChannel = 0;
    layer.inputs.forEach((id, i) => {
      if (isPart[i]) this.#put(id, storage, firstChannel, this.shapes.get(layer.output)!.channels);
      firstChannel += this.shapes.get(id)!.channels;
    });
    this.#put(layer.output, storage);
  }

  /** Places the result of a layer, unless it has a place; a sum in the place of its addend. */
  placeResult(layer: EngineLayer, index: number): void {
    if (this.places.has(layer.output)) return;
    const addend = layer.kind === "convolution" ? layer.addend : undefined;
    this.#put(
      layer.output,
      addend === undefined ? this.#storageOf(layer.output, index) : this.places.get(addend)!.storage,
    );
    if (addend === undefined) return;
    const [from, to] = [addend, layer.output].map((id) => this.places.get(id)!);
    const isSame = (["height", "width", "channels", "type", "allChannels"] as const).every((key) =>
      from[key] === to[key]
    );
    if (!isSame) throw new OneDnnError("A sum has another shape or type than its addend");
  }

  /** Notes that a storage is needed by the layer with this index. */
  use(id: number, index: number): void {
    this.lifetimes[this.places.get(id)!.storage].last = index;
  }
}

/**
 * Gives each map a place in memory. A sum is computed in the place of its addend, and resized maps in that of the map
 * that joins them with others.
 *
 * @param constants takes kernels that are made for this size
 * @param image height, width and channels of the images
 * @param share what a thread computes, if Winograd's method may compute convolutions in float32
 * @throws {OneDnnError} if the engine cannot compute the network at this size.
 */
export function planEngine(
  given: EngineNetwork,
  constants: Map<number, RecordedConstant>,
  image: MapShape,
  type: NumberType,
  share?: ThreadShare,
): EnginePlan {
  const network = type === "float32"
    ? foldUpsampling(given, mapShapes(given, image, constants), constants)
    : convertInput(given);
  const placement = new Placement(network, mapShapes(network, image, constants), type), { places } = placement;
  placement.placeInput();
  for (const layer of network.layers) if (layer.kind === "join") placement.placeJoin(layer);
  let workspaceBytes = 0;
  const layers = network.layers.map((layer, index): PlannedLayer => {
    placement.placeResult(layer, index);
    for (const id of [...layerInputs(layer), layer.output]) placement.use(id, index);
    if (layer.kind === "convolution" && share && type === "float32") {
      const kernel = constants.get(layer.kernel)!.shape, output = places.get(layer.output)!;
      const input = places.get(layer.input)!, winograd = planWinograd(layer, kernel, input, output, share);
      if (!winograd) return { layer };
      workspaceBytes = Math.max(workspaceBytes, transformBytes(winograd, input.channels, output));
      return { layer, winograd };
    }
    if (layer.kind !== "bilinear" && layer.kind !== "average") return { layer };
    // Rows are resized before columns.
    const { width, channels, type: inputType } = places.get(layer.input)!, { height } = places.get(layer.output)!;
    return { layer, between: placement.store(height * width * channels * NUMBER_BYTES[inputType], index) };
  });
  placement.use(network.output, Infinity);
  return {
    images: network.input,
    logits: network.output,
    layers,
    places,
    workspaceBytes,
    ...assignOffsets(placement.lifetimes),
  };
}
