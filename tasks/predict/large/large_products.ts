import type { ImageSource } from "lib/images";
import type { ChannelSource } from "lib/images/source/tiff_channels.ts";
import { sweepObjects } from "lib/objects";
import { type Product, submissionPart, tablePart } from "../files/outputs.ts";
import type { Part } from "../outcome.ts";
import { LARGEST_BOX } from "./describe_large_page.ts";
import type { LabelledPage } from "./label_large_page.ts";
import type { LabelStore } from "./label_store.ts";
import type { LargeImage } from "./large_image.ts";
import { GeoJsonWriter } from "./objects/geojson_writer.ts";
import { ObjectPart } from "./objects/object_part.ts";
import type { ObjectWriter } from "./objects/object_writer.ts";
import { RoiWriter } from "./objects/roi_writer.ts";
import { SubmissionWriter } from "./objects/submission_writer.ts";
import { TableWriter } from "./objects/table_writer.ts";
import { PagePictures } from "./page_pictures.ts";
import type { StagedProducts } from "./staged_products.ts";

/** A page whose objects are known. */
export interface LargePage extends LabelledPage {
  labels: LabelStore;
}

/** Rows above the last ones that stay in memory while objects are measured, as bytes of labels. */
const KEPT_BYTES = 1 << 26;

/** Makes the products of a large image, page by page, from its labels on disk. Dispose of it after use. */
export class LargeProducts implements Disposable {
  readonly #wanted: ReadonlySet<Product>;
  readonly #image: LargeImage;
  readonly #files: StagedProducts;
  readonly #writers: ObjectWriter[] = [];

  private constructor(wanted: ReadonlySet<Product>, image: LargeImage, files: StagedProducts) {
    this.#wanted = wanted;
    this.#image = image;
    this.#files = files;
  }

  /** @param scratch returns the path of a scratch file */
  static async open(
    wanted: ReadonlySet<Product>,
    image: LargeImage,
    files: StagedProducts,
    scratch: (name: string) => string,
  ): Promise<LargeProducts> {
    const products = new LargeProducts(wanted, image, files), { name } = image;
    const open = async (parts: readonly Part[], make: () => ObjectWriter) => {
      const writer = await files.attempt(parts, make);
      if (writer) products.#writers.push(writer);
    };
    const target = (file: string, part: Product) => ({ file: files.stage(file, [part]), scratch: scratch(part) });
    if (wanted.has("rois")) {
      await open(["rois"], () => new RoiWriter(image, target(`${name}_rois.zip`, "rois")));
    }
    if (wanted.has("geojson")) {
      await open(["geojson"], () => new GeoJsonWriter(image, target(`${name}_objects.geojson`, "geojson")));
    }
    if (wanted.has("submission")) {
      await open(["submission"], () => new SubmissionWriter(image, target(submissionPart(name), "submission")));
    }
    const tabled = (["table", "report"] as const).filter((each) => wanted.has(each));
    if (tabled.length) {
      await open(tabled, () => new TableWriter(image, tabled, files.stage(tablePart(name), tabled)));
    }
    return products;
  }

  /**
   * Adds the next page.
   *
   * @param stored the channels that are measured
   * @param number counted from 0
   * @param signal stops the work and throws its reason
   */
  async add(
    source: ImageSource,
    stored: ChannelSource,
    page: LargePage,
    number: number,
    signal: AbortSignal,
  ): Promise<void> {
    const drawn = (["overlay", "report"] as const).filter((each) => this.#wanted.has(each));
    const parts = [...new Set<Part>([...this.#writers.flatMap((writer) => writer.parts), ...drawn])];
    const files = this.#files, { labels } = page, { boxes, classes: classNumbers, count } = page.objects;
    const classes = classNumbers && new Map(Array.from({ length: count }, (_, k) => [k + 1, classNumbers[k + 1]]));
    const pictures = await files.attempt(drawn, () => new PagePictures(this.#wanted, this.#image, source));
    async function* rows() {
      for (const each of labels.rows()) {
        signal.throwIfAborted();
        await files.attempt(drawn, () => pictures!.add(each));
        yield each;
      }
    }
    const about = { stored, image: this.#image, page: number, ...(classes && { classes }) };
    // Without the labels nothing can be made.
    await files.attempt(parts, async () => {
      const keep = Math.floor(KEPT_BYTES / 4 / source.width);
      const read: Parameters<typeof sweepObjects>[1]["read"] = (part) => Promise.resolve(labels.read(part));
      for await (const window of sweepObjects(source, { boxes, rows, read, keep, largest: LARGEST_BOX })) {
        signal.throwIfAborted();
        const objects = new ObjectPart(window, about);
        await this.#forEach((writer) => writer.add(objects));
      }
    });
    await this.#forEach((writer) => writer.endPage(number, stored, count));
    await files.attempt(drawn, () => pictures!.write(files, number, count, classes));
  }

  async #forEach(work: (writer: ObjectWriter) => void | Promise<void>): Promise<void> {
    for (const writer of this.#writers) await this.#files.attempt(writer.parts, () => work(writer));
  }

  /** Ends the files. */
  async finish(): Promise<void> {
    await this.#forEach((writer) => writer.finish());
  }

  [Symbol.dispose](): void {
    for (const writer of this.#writers) writer[Symbol.dispose]();
  }
}
