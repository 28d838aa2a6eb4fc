import { encode } from "fast-png";
import type { Image, PixelSize } from "lib/images";
import { normalizeImage } from "lib/images/normalize.ts";
import { OptionError } from "lib/io/option_error.ts";
import { requireFinite } from "lib/nn/inference/finite_output.ts";
import { objectRule } from "lib/nn/inference/object_rule.ts";
import { encodeLabelTiff, type LabeledObjects, measureObjects, objectCsv } from "lib/objects";
import { createTask } from "lib/task/tasks.ts";
import { describeRule } from "../../predict/describe_rule.ts";
import { describePage } from "../../predict/files/describe_page.ts";
import type { PageModel } from "../page_model.ts";
import { imageWarnings, type MeasuredImage, measureImage } from "./image_warnings.ts";
import { predictMap, type RunNetwork } from "./predict_map.ts";

/** How objects are found. */
export interface ObjectChoice {
  /** Replaces the threshold of the model. */
  threshold?: number;
  /** Whether touching objects count as one. */
  connected: boolean;
}

/** The objects of an image. */
export interface FoundObjects extends LabeledObjects {
  /** How they were found. */
  about: string;
  /** Why they may be wrong. */
  warnings: string[];
}

/** A file of a segmented image that `deno task predict` writes too. */
export type PageProduct = "mask" | "labels" | "table";

/** Segments images with a page's model, and makes the files of one. */
export class PageSegmenter {
  readonly #task;
  #image?: Image & { measured: MeasuredImage };
  #map: Float32Array = new Float32Array(0);
  #choice: ObjectChoice = { connected: false };
  #found?: FoundObjects;

  constructor(readonly model: PageModel, private readonly run: RunNetwork) {
    this.#task = createTask({ task: model.task, classNames: model.channels });
  }

  /**
   * Predicts an image, which becomes the current one.
   *
   * @param onProgress called with the number of finished tiles and that of all tiles
   * @throws {OptionError} if the network takes other channels; the message continues after the image's name.
   * @throws {WeightsError} if the network's output is NaN.
   */
  async predict(image: Image, onProgress?: (done: number, tiles: number) => void): Promise<void> {
    const { imageChannels, normalization, networks: [{ contrastFloor }] } = this.model,
      { width, height, channels } = image;
    // A grey image fits every network.
    if (channels !== 1 && channels !== imageChannels) {
      const taken = imageChannels === 1 ? "grey images" : `images of ${imageChannels} channels`;
      throw new OptionError(`it is in colour, but the model takes ${taken}: choose one channel`);
    }
    this.#image = this.#found = undefined;
    const pixels = normalizeImage(image, normalization, contrastFloor), classes = this.#task.logits;
    const network = { imageChannels, classes, run: this.run };
    this.#map = requireFinite(await predictMap({ width, height, channels, pixels }, network, onProgress), classes);
    this.#image = { ...image, measured: measureImage(image) };
  }

  get #current(): Image & { measured: MeasuredImage } {
    if (!this.#image) throw new Error("No image was predicted");
    return this.#image;
  }

  /** Finds the objects of the current image. */
  find(choice: ObjectChoice): FoundObjects {
    const image = this.#current, rule = objectRule({ ...this.model, taskDefinition: this.#task }, choice);
    const { labels, count } = rule.find(this.#map, image);
    this.#choice = choice;
    return this.#found = {
      labels,
      count,
      about: describeRule(rule, this.#task),
      warnings: imageWarnings(image.measured, labels, this.model.networks),
    };
  }

  /** Returns the mask of the current image: 0 and 255, or the number of each pixel's class. */
  mask(): Uint8Array {
    const { threshold = this.model.threshold } = this.#choice, { labels } = this.#found ?? this.find(this.#choice);
    return labels.classes ?? Uint8Array.from(this.#task.foreground(this.#map), (p) => p > threshold ? 255 : 0);
  }

  /**
   * Makes a file of the current image.
   *
   * @param shown the image's name in the table
   * @param pixelSize in µm; default: that of the image's file
   */
  product(product: PageProduct, shown: string, pixelSize?: PixelSize): Uint8Array<ArrayBuffer> {
    const image = this.#current,
      { labels } = this.#found ?? this.find(this.#choice),
      size = pixelSize ?? image.pixelSize;
    if (product === "mask") {
      const { width, height } = image;
      return new Uint8Array(encode({ width, height, channels: 1, depth: 8, data: this.mask() }));
    }
    if (product === "labels") return new Uint8Array(encodeLabelTiff([labels], { pixelSize: size }));
    const { table } = describePage(labels, measureObjects(labels, image, { pixelSize: size }), this.#task.scored);
    return new TextEncoder().encode(objectCsv(table, { image: shown }));
  }
}
