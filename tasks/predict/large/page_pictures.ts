import type { ImageSource, PixelSize } from "lib/images";
import type { Rows } from "lib/objects";
import { overlay } from "lib/plots";
import { objectClasses } from "../files/describe_page.ts";
import { pageName, type Product, thumbnail } from "../files/outputs.ts";
import { makeThumbnail } from "../report/thumbnail.ts";
import type { LargeImage } from "./large_image.ts";
import { ReducedPicture, reductionFactor } from "./reduced_picture.ts";
import type { StagedProducts } from "./staged_products.ts";

/** The longest side of an overlay, in pixels. */
const LONGEST_SIDE = 4000;

/** Says that an overlay does not show every pixel; undefined if it does. */
export function overlayNote(size: { width: number; height: number }): string | undefined {
  const factor = reductionFactor(size, LONGEST_SIDE);
  if (factor === 1) return undefined;
  return `its overlay shows one pixel of ${factor} × ${factor}, because the image is large`;
}

/** Draws the pictures of a page of a large image: the overlay, and the thumbnail of the report. */
export class PagePictures {
  readonly #wanted: ReadonlySet<Product>;
  readonly #image: LargeImage;
  readonly #source: ImageSource;
  readonly #picture: ReducedPicture;

  constructor(wanted: ReadonlySet<Product>, image: LargeImage, source: ImageSource) {
    this.#wanted = wanted;
    this.#image = image;
    this.#source = source;
    this.#picture = new ReducedPicture(source, LONGEST_SIDE);
  }

  /** Adds rows of labels, and the same rows of the image. */
  async add(labels: Rows<Uint32Array>): Promise<void> {
    const { top, height } = labels;
    this.#picture.addLabels(labels);
    const { data } = await this.#source.read({ x: 0, y: top, width: this.#source.width, height });
    this.#picture.addImage({ top, height, data });
  }

  /**
   * Writes the pictures.
   *
   * @param page counted from 0
   * @param count number of objects
   * @param found class of each label, if there are classes
   */
  async write(
    files: StagedProducts,
    page: number,
    count: number,
    found: ReadonlyMap<number, number> | undefined,
  ): Promise<void> {
    const { name, pages, classNames, pixelSize } = this.#image, { factor, image, labels } = this.#picture;
    const ending = pageName(page, pages), positions = found && [...found.values()].map((each) => each - 1);
    const options = {
      classes: found ? objectClasses(classNames) : [],
      describe: (label: number) => found ? { class: found.get(label)! - 1 } : {},
      counts: {
        objects: count,
        classes: found ? classNames.map((_, position) => positions!.filter((each) => each === position).length) : [],
      },
    };
    if (this.#wanted.has("overlay")) {
      const sides = typeof pixelSize === "number" ? pixelSize * factor : pixelSize?.map((side) => side * factor);
      await writeWhole(files, `${name}${ending}_overlay.png`, "overlay", () =>
        overlay(image, labels, {
          ...options,
          ...(sides !== undefined && { pixelSize: sides as PixelSize }),
          longestSide: LONGEST_SIDE,
        }).png);
    }
    if (this.#wanted.has("report")) {
      await writeWhole(files, thumbnail(name, ending), "report", () => makeThumbnail(image, labels, options));
    }
  }
}

/** Writes a file of a page. It is closed at once: a stack has more pages than a process may open files. */
async function writeWhole(
  files: StagedProducts,
  path: string,
  product: Product,
  make: () => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  await files.attempt([product], async () => {
    const bytes = await make(), file = files.stage(path, [product]);
    file.write(bytes);
    await file.close();
  });
}
