import type { LabelImage, PixelSize } from "lib/images";
import {
  encodeGeoJson,
  encodeLabelTiff,
  encodeProbabilityTiff,
  encodeRoiArchive,
  encodeSubmission,
  measureObjects,
  objectCsv,
  type Outline,
  type ProbabilityMap,
  summarizeObjects,
  traceOutlines,
} from "lib/objects";
import { UserError } from "lib/io/user_error.ts";
import { overlay } from "lib/plots";
import type { Pictures } from "../pictures.ts";
import type { SegmentedPage } from "../segment_page.ts";
import { type DescribedPage, describePage } from "./describe_page.ts";
import { pageName, type Product, submissionPart, tablePart, thumbnail } from "./outputs.ts";
import type { ImageRow } from "./record.ts";
import { makeThumbnail } from "../report/thumbnail.ts";

/** The image whose products are made. */
export interface EncodedImage extends Pictures {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its name in tables. */
  shown: string;
  /** Size of a pixel in µm; default: that of each page's file. */
  pixelSize?: PixelSize;
  /** Names of the classes of its objects, if there are any. */
  classNames: readonly string[];
  /** Names of the planes of a probability map; one without a name for foreground. */
  planes: readonly string[];
}

/** Makes the products of an image, page by page. */
export class ProductEncoder {
  readonly #wanted: ReadonlySet<Product>;
  readonly #image: EncodedImage;
  readonly #files = new Map<string, Uint8Array>();
  readonly #labels: LabelImage[] = [];
  readonly #maps: ProbabilityMap[] = [];
  readonly #outlines: Outline[][] = [];
  readonly #described: DescribedPage[] = [];
  readonly #rows: ImageRow[] = [];
  readonly #objectParts: string[] = [];
  readonly #problems = new Map<Product, UserError>();
  #pixelSize?: PixelSize;

  constructor(wanted: ReadonlySet<Product>, image: EncodedImage) {
    this.#wanted = wanted;
    this.#image = image;
  }

  /** Adds the next page. */
  async add(page: SegmentedPage): Promise<void> {
    const { name, shown, pages, classNames } = this.#image, number = this.#rows.length;
    const { labels, image, stored = image, probabilities, width, height, warning, notes } = page;
    const pixelSize = this.#image.pixelSize ?? image.pixelSize, ending = pageName(number, pages);
    this.#pixelSize ??= pixelSize;
    const table = measureObjects(labels, stored, { pixelSize });
    const described = describePage(labels, table, classNames);
    const row = shown + ending;
    this.#rows.push({
      image: row,
      ...summarizeObjects(table, { width, height, probabilities }),
      ...(described.classCounts && { classCounts: described.classCounts }),
      ...(notes && { farFromTraining: notes }),
      ...(warning && { warning }),
    });
    const wants = (...products: Product[]) => products.some((product) => this.#wanted.has(product));
    if (wants("table", "report")) this.#objectParts.push(objectCsv(described.table, { image: row, classNames }));
    if (wants("labels", "submission")) this.#labels.push(labels);
    if (wants("probability")) this.#maps.push({ width, height, data: page.map });
    if (wants("rois", "geojson")) {
      this.#outlines.push(traceOutlines(labels));
      this.#described.push(described);
    }
    const { classes, describe } = described;
    if (wants("overlay")) {
      this.#make("overlay", () => {
        const { png } = overlay(image, labels, { classes, describe, pixelSize });
        this.#files.set(`${name}${ending}_overlay.png`, png);
      });
    }
    if (wants("report")) {
      this.#files.set(thumbnail(name, ending), await makeThumbnail(image, labels, { classes, describe }));
    }
  }

  /** Makes a product. If it cannot be made, such as a stack that is too large for a TIFF, the others are made. */
  #make(product: Product, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#problems.set(product, error);
    }
  }

  /**
   * Returns the files, by their path below the output folder, a row for each page, and why products are missing.
   */
  finish(): { files: Map<string, Uint8Array>; rows: ImageRow[]; problems: ReadonlyMap<Product, UserError> } {
    const { name, shown, pages, scale, axes: axis, planes } = this.#image,
      files = this.#files,
      text = new TextEncoder();
    const tiff = { pixelSize: this.#pixelSize, axis };
    const described = {
      classes: this.#described[0]?.classes ?? [],
      describe: (label: number, page: number) => this.#described[page].describe(label),
    };
    const makers: Record<Product, () => void> = {
      labels: () => files.set(`${name}_labels.tif`, encodeLabelTiff(this.#labels, tiff)),
      rois: () => files.set(`${name}_rois.zip`, encodeRoiArchive(this.#outlines, { ...described, axis })),
      geojson: () =>
        files.set(
          `${name}_objects.geojson`,
          encodeGeoJson(this.#outlines, { ...described, image: shown, scale, axis }),
        ),
      table: () => files.set(tablePart(name), text.encode(this.#objectParts.join(""))),
      overlay: () => {},
      probability: () =>
        files.set(`${name}_probability.tif`, encodeProbabilityTiff(this.#maps, { ...tiff, classes: planes })),
      submission: () => {
        const images = this.#labels.map((labels, page) => ({ id: pageName(page, pages), labels }));
        const csv = encodeSubmission(images);
        files.set(submissionPart(name), text.encode(csv.slice(csv.indexOf("\n") + 1)));
      },
      report: () => makers.table(),
    };
    for (const product of this.#wanted) this.#make(product, makers[product]);
    return { files, rows: this.#rows, problems: this.#problems };
  }
}
