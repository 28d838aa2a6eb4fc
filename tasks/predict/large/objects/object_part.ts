import type { ImageSource } from "lib/images";
import { measureObjects, type ObjectWindow, type Outline, traceOutlines } from "lib/objects";
import { moveOutline } from "lib/objects/outlines/move_outline.ts";
import { type DescribedPage, describeObjects } from "../../files/describe_page.ts";
import type { LargeImage } from "../large_image.ts";

/** Some objects of a page, each whole. They are measured and traced once, when a product first needs it. */
export class ObjectPart {
  readonly window: ObjectWindow;
  /** Counted from 0. */
  readonly page: number;
  readonly #source: ImageSource;
  readonly #image: LargeImage;
  readonly #classes: ReadonlyMap<number, number> | undefined;
  #described?: Promise<DescribedPage>;
  #outlines?: Outline[];

  /** @param classes class of each label, if there are classes */
  constructor(
    window: ObjectWindow,
    { source, image, page, classes }: {
      source: ImageSource;
      image: LargeImage;
      page: number;
      classes?: ReadonlyMap<number, number>;
    },
  ) {
    this.window = window;
    this.page = page;
    this.#source = source;
    this.#image = image;
    this.#classes = classes;
  }

  /** Height of the page, in pixels. */
  get height(): number {
    return this.#source.height;
  }

  /** Measures the objects. */
  described(): Promise<DescribedPage> {
    return this.#described ??= this.#describe();
  }

  async #describe(): Promise<DescribedPage> {
    const { window } = this, { pixelSize, classNames } = this.#image;
    const table = measureObjects(window.labels, await this.#source.read(window), {
      pixelSize,
      place: { x: window.x, y: window.y, image: this.#source },
    });
    return describeObjects(table, classNames, this.#classes);
  }

  /** Returns the outlines of the objects, at their places in the page. */
  outlines(): Outline[] {
    return this.#outlines ??= traceOutlines(this.window.labels).map((outline) => moveOutline(outline, this.window));
  }
}
