import { ARGUMENT, type Call, type Layout, type Place, type Primitive } from "../../onednn/mod.ts";
import { type EnginePlan, type MapPlace, NUMBER_BYTES } from "./engine_plan.ts";

/** Where the maps of a plan are for one thread. */
export interface MapMemoryOptions {
  plan: EnginePlan;
  /** First byte of the plan's memory in the working memory. */
  base: number;
  /** Number of images, which lie one after the other. */
  images: number;
}

/** The memory of a plan's maps, for a number of images. */
export class MapMemory {
  readonly images: number;
  readonly #plan: EnginePlan;
  readonly #base: number;

  constructor({ plan, base, images }: MapMemoryOptions) {
    this.#plan = plan;
    this.#base = base;
    this.images = images;
  }

  place(id: number): MapPlace {
    return this.#plan.places.get(id)!;
  }

  /** Returns where a row of a map begins. */
  at({ storage, width, firstChannel, allChannels, type }: MapPlace, row = 0): number {
    return this.storage(storage) + (row * width * allChannels + firstChannel) * NUMBER_BYTES[type];
  }

  /** Returns where a storage begins. */
  storage(storage: number): number {
    return this.#base + this.images * this.#plan.offsets[storage];
  }

  /** Returns the layout `[images, channels, height, width]` of rows of a map. */
  layout({ height, width, channels, allChannels, type }: MapPlace, rows: number): Layout {
    const row = width * allChannels;
    return { shape: [this.images, channels, rows, width], type, strides: [height * row, 1, row, allChannels] };
  }
}

/** Returns a call with its tensors' places. */
export function callAt(
  primitive: Primitive,
  places: Partial<Record<Exclude<keyof typeof ARGUMENT, "scratchpad">, Place>>,
): Call {
  const names = Object.keys(places) as (keyof typeof places)[];
  return { primitive, places: new Map(names.map((name) => [ARGUMENT[name], places[name]!])) };
}
