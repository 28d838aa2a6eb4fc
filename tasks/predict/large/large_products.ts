import type { ImageSource, PixelSize } from "lib/images";
import { measureObjects, objectCsv, type ObjectWindow, sweepObjects, traceOutlines } from "lib/objects";
import { featureWriter, GEOJSON_END, GEOJSON_SEPARATOR, GEOJSON_START } from "lib/objects/formats/geojson.ts";
import { roiWriter } from "lib/objects/formats/roi/roi_archive.ts";
import { StoredArchive } from "lib/objects/formats/roi/stored_archive.ts";
import { moveOutline } from "lib/objects/outlines/move_outline.ts";
import { overlay } from "lib/plots";
import { describeObjects, objectClasses } from "../files/describe_page.ts";
import { pageName, type Product, tablePart, thumbnail } from "../files/outputs.ts";
import { makeThumbnail } from "../report/thumbnail.ts";
import { LARGEST_BOX } from "./describe_large_page.ts";
import type { LabelledPage } from "./label_large_page.ts";
import type { LabelStore } from "./label_store.ts";
import { RecordSpool } from "./record_spool.ts";
import { ReducedPicture } from "./reduced_picture.ts";
import type { StagedFile } from "./staged_file.ts";
import { TableCollector, tablePieces } from "./table_collector.ts";

/** The image whose products are made. */
export interface LargeImage {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its name in tables. */
  shown: string;
  pages: number;
  pixelSize?: PixelSize;
  /** Names of the classes of its objects, if there are any. */
  classNames: readonly string[];
  /** The largest label of all pages. */
  largest: number;
}

/** A page whose objects are known. */
export interface LargePage extends LabelledPage {
  labels: LabelStore;
}

/** The longest side of an overlay, in pixels. */
const LONGEST_SIDE = 4000;
/** Rows above the last ones that stay in memory while objects are measured, as bytes of labels. */
const KEPT_BYTES = 1 << 26;

/** Makes the products of a large image, page by page, from its labels on disk. */
export class LargeProducts {
  readonly #wanted: ReadonlySet<Product>;
  readonly #image: LargeImage;
  readonly #stage: (file: string) => StagedFile;
  readonly #scratch: (name: string) => string;
  readonly #rois?: { archive: StoredArchive };
  readonly #geojson?: StagedFile;
  readonly #table?: StagedFile;
  #features = 0;

  /**
   * @param stage opens a file by its path below the output folder
   * @param scratch returns the path of a scratch file
   */
  constructor(
    wanted: ReadonlySet<Product>,
    image: LargeImage,
    { stage, scratch }: { stage: (file: string) => StagedFile; scratch: (name: string) => string },
  ) {
    const { name } = image;
    this.#wanted = wanted;
    this.#image = image;
    this.#stage = stage;
    this.#scratch = scratch;
    if (wanted.has("rois")) {
      const file = stage(`${name}_rois.zip`);
      this.#rois = { archive: new StoredArchive((bytes) => file.write(bytes)) };
    }
    if (wanted.has("geojson")) {
      this.#geojson = stage(`${name}_objects.geojson`);
      this.#geojson.write(new TextEncoder().encode(GEOJSON_START));
    }
    if (wanted.has("table") || wanted.has("report")) this.#table = stage(tablePart(name));
  }

  /**
   * Adds the next page. Returns notes on what is reduced.
   *
   * @param signal stops the work and throws its reason
   */
  async add(source: ImageSource, page: LargePage, number: number, signal: AbortSignal): Promise<string[]> {
    const { shown, pages, classNames, pixelSize, largest } = this.#image, ending = pageName(number, pages);
    const { boxes, classes: classNumbers, count } = page.objects, text = new TextEncoder();
    const found = classNumbers && new Map(Array.from({ length: count }, (_, k) => [k + 1, classNumbers[k + 1]]));
    const wantsOutlines = this.#rois !== undefined || this.#geojson !== undefined;
    const wantsPicture = this.#wanted.has("overlay") || this.#wanted.has("report");
    if (!this.#table && !wantsOutlines && !wantsPicture) return [];
    using rois = new RecordSpool(this.#scratch(`${number}.rois`));
    using features = new RecordSpool(this.#scratch(`${number}.features`));
    const tables = new TableCollector(), classes = found ? objectClasses(classNames) : [];
    const picture = wantsPicture ? new ReducedPicture(source, LONGEST_SIDE) : undefined;
    const { labels } = page;
    async function* rows() {
      for (const each of labels.rows()) {
        signal.throwIfAborted();
        picture?.addLabels(each);
        if (picture) {
          const { data } = await source.read({ x: 0, y: each.top, width: source.width, height: each.height });
          picture.addImage({ ...each, data });
        }
        yield each;
      }
    }
    const measure = async (window: ObjectWindow) => {
      signal.throwIfAborted();
      const table = measureObjects(window.labels, await source.read(window), {
        pixelSize,
        place: { x: window.x, y: window.y, image: source },
      });
      const described = describeObjects(table, classNames, found);
      tables.add(described.table);
      if (!wantsOutlines) return;
      const { describe } = described, options = { classes, describe, image: shown };
      const roi = roiWriter(pages, largest, options), feature = featureWriter(pages, options);
      for (const traced of traceOutlines(window.labels)) {
        const outline = moveOutline(traced, window);
        if (this.#rois) rois.add(outline.label, roi(outline, number).bytes);
        if (this.#geojson) features.add(outline.label, text.encode(feature(outline, number)));
      }
    };
    const keep = Math.floor(KEPT_BYTES / 4 / source.width),
      read = (part: ObjectWindow | Parameters<LabelStore["read"]>[0]) => Promise.resolve(labels.read(part));
    const sweep = sweepObjects(source, { boxes, rows, read, keep, largest: LARGEST_BOX });
    for await (const window of sweep) if (this.#table || wantsOutlines) await measure(window);
    const table = tables.table() ??
      measureObjects({ width: 1, height: 1, data: new Uint16Array(1) }, emptyImage(source), { pixelSize });
    if (this.#table) {
      let header = true;
      for (const part of tablePieces(table)) {
        this.#table.write(text.encode(objectCsv(part, { image: shown + ending, header })));
        header = false;
      }
    }
    const roiName = roiWriter(pages, largest, {});
    for (const [label, bytes] of rois.inOrder()) {
      this.#rois!.archive.add(`${roiName({ label, polygons: [] }, number).name}.roi`, bytes);
    }
    for (const [, bytes] of features.inOrder()) {
      if (this.#features++ > 0) this.#geojson!.write(text.encode(GEOJSON_SEPARATOR));
      this.#geojson!.write(bytes);
    }
    return picture ? await this.#draw(picture, ending, page, found) : [];
  }

  async #draw(
    picture: ReducedPicture,
    ending: string,
    { objects }: LargePage,
    found: ReadonlyMap<number, number> | undefined,
  ): Promise<string[]> {
    const { name, classNames, pixelSize } = this.#image, { factor, image, labels } = picture;
    const positions = found && [...found.values()].map((each) => each - 1);
    const options = {
      classes: found ? objectClasses(classNames) : [],
      describe: (label: number) => found ? { class: found.get(label)! - 1 } : {},
      counts: {
        objects: objects.count,
        classes: found ? classNames.map((_, position) => positions!.filter((each) => each === position).length) : [],
      },
    };
    if (this.#wanted.has("overlay")) {
      const sides = typeof pixelSize === "number" ? pixelSize * factor : pixelSize?.map((side) => side * factor);
      const { png } = overlay(image, labels, {
        ...options,
        ...(sides !== undefined && { pixelSize: sides as PixelSize }),
        longestSide: LONGEST_SIDE,
      });
      await this.#writeWhole(`${name}${ending}_overlay.png`, png);
    }
    if (this.#wanted.has("report")) {
      await this.#writeWhole(thumbnail(name, ending), await makeThumbnail(image, labels, options));
    }
    if (factor === 1 || !this.#wanted.has("overlay")) return [];
    return [`its overlay shows one pixel of ${factor} × ${factor}, because the image is large`];
  }

  /** Writes a file of a page. It is closed at once: a stack has more pages than a process may open files. */
  async #writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    const file = this.#stage(path);
    file.write(bytes);
    await file.close();
  }

  /** Ends the files. */
  finish(): void {
    this.#rois?.archive.finish();
    this.#geojson?.write(new TextEncoder().encode(GEOJSON_END));
  }
}

/** A pixel, to find the columns of a table without objects. */
function emptyImage({ channels, bits }: ImageSource) {
  const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](channels);
  return { width: 1, height: 1, channels, bits, data };
}
