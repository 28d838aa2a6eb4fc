import type { ChannelImage } from "lib/images";
import type { ChannelSource } from "lib/images/source/tiff_channels.ts";
import { measureObjects, type ObjectWindow, type Outline, traceOutlines } from "lib/objects";
import { addIntensities } from "lib/objects/measure/measure_intensities.ts";
import { moveOutline } from "lib/objects/outlines/move_outline.ts";
import { type DescribedPage, describeObjects } from "../../files/describe_page.ts";
import type { LargeImage } from "../large_image.ts";

/** Bytes of the channels of a window that are in memory at once, if they are more than three. */
const CHANNEL_BYTES = 1 << 27;

/** Some objects of a page, each whole. They are measured and traced once, when a product first needs it. */
export class ObjectPart {
  readonly window: ObjectWindow;
  /** Counted from 0. */
  readonly page: number;
  readonly #stored: ChannelSource;
  readonly #image: LargeImage;
  readonly #classes: ReadonlyMap<number, number> | undefined;
  #described?: Promise<DescribedPage>;
  #outlines?: Outline[];

  /**
   * @param stored the channels that are measured
   * @param classes class of each label, if there are classes
   */
  constructor(
    window: ObjectWindow,
    { stored, image, page, classes }: {
      stored: ChannelSource;
      image: LargeImage;
      page: number;
      classes?: ReadonlyMap<number, number>;
    },
  ) {
    this.window = window;
    this.page = page;
    this.#stored = stored;
    this.#image = image;
    this.#classes = classes;
  }

  /** Height of the page, in pixels. */
  get height(): number {
    return this.#stored.height;
  }

  /** Measures the objects. */
  described(): Promise<DescribedPage> {
    return this.#described ??= this.#describe();
  }

  async #describe(): Promise<DescribedPage> {
    const { window } = this, { pixelSize, classNames } = this.#image;
    const shapes = measureObjects(window.labels, undefined, {
      pixelSize,
      place: { x: window.x, y: window.y, image: this.#stored },
    });
    const table = await addIntensities(shapes, window.labels, this.#channels(), this.#stored.channels);
    return describeObjects(table, classNames, this.#classes);
  }

  /** Yields the window of the picture, a few channels at a time. */
  async *#channels(): AsyncGenerator<ChannelImage> {
    const { window } = this, { channels, bits } = this.#stored;
    const step = Math.max(3, Math.floor(CHANNEL_BYTES / (window.width * window.height * bits / 8)));
    for (let first = 0; first < channels; first += step) {
      const length = Math.min(step, channels - first);
      yield await this.#stored.read(window, Array.from({ length }, (_, k) => first + k));
    }
  }

  /** Returns the outlines of the objects, at their places in the page. */
  outlines(): Outline[] {
    return this.#outlines ??= traceOutlines(this.window.labels).map((outline) => moveOutline(outline, this.window));
  }
}
