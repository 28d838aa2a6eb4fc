import { join } from "node:path";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { RunError } from "lib/runs/run_error.ts";
import type { Outcome } from "../outcome.ts";
import { type Found, overwritingProblem } from "../result_files.ts";
import type { SmallFile } from "../open_input.ts";
import type { Pictures } from "../pictures.ts";
import { digest } from "../result_mark.ts";
import type { SegmentedPage } from "../segment_page.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import { productFiles, RECORDS } from "./outputs.ts";
import type { ProductEncoder } from "./product_encoder.ts";
import { removeEarlier } from "./remove_earlier.ts";
import { addToRecord, digestFiles, type FileRecord, findProduct, type Origin, readRecord } from "./record.ts";

/** The products of an image: what exists of them, and what is to be made. */
export class ImageProducts {
  /** Paths below the output folder. */
  readonly files: readonly string[];
  readonly #image: PlannedImage;
  readonly #pictures: Pictures;
  readonly #options: SegmentingOptions;
  readonly #found = new Map<string, Found>();
  #encoder?: ProductEncoder;
  #mark?: Pick<FileRecord, "key" | "source"> & { origin: Origin };

  constructor(image: PlannedImage, pictures: Pictures, options: SegmentingOptions) {
    this.files = productFiles(options.products, image.name, pictures.pages);
    this.#image = image;
    this.#pictures = pictures;
    this.#options = options;
  }

  /** Whether pages are to be added. */
  get areMissing(): boolean {
    return this.#encoder !== undefined;
  }

  /**
   * Checks what exists.
   *
   * @returns why the products must not be written; undefined if they may, or are complete
   */
  async check(
    content: SmallFile["content"],
    { source, origin }: { source: FileRecord["source"]; origin: Origin },
    outcome: Outcome,
  ): Promise<string | undefined> {
    if (this.files.length === 0) return;
    const { output, settings, productSettings } = this.#options, { name, place } = this.#image;
    // The place is in tables. It depends on the other images of the command, as the id in a submission does.
    const mark = { key: await digest(settings, productSettings, place, content), source, origin }, found = this.#found;
    this.#mark = mark;
    let earlier: FileRecord | undefined;
    try {
      earlier = await readRecord(output, name);
    } catch (error) {
      if (error instanceof RunError) return error.message;
      throw error;
    }
    for (const file of this.files) found.set(file, await findProduct(output, file, earlier, mark));
    const problem = this.files.map((file) => overwritingProblem(join(output, file), found.get(file)!)).find(Boolean);
    if (problem) return problem;
    if (earlier?.key !== mark.key || this.files.some((file) => found.get(file) !== "this")) {
      this.#encoder = await newEncoder(this.#image, this.#pictures, this.#options);
      return;
    }
    outcome.finish(this.#image, earlier.rows);
    outcome.warnOfRows(this.#image, earlier.rows);
  }

  /** Adds the next page, if products are missing. */
  async add(page: SegmentedPage): Promise<void> {
    await this.#encoder?.add(page);
  }

  /** Writes the products of all pages, if they are missing. One that cannot be made fails without the others. */
  async write(outcome: Outcome): Promise<void> {
    if (!this.#encoder) return;
    const { output, precision } = this.#options, { name } = this.#image, mark = this.#mark!;
    const { files, rows, problems } = this.#encoder.finish();
    await addToRecord(output, name, { ...mark, precision, rows }, await digestFiles(files));
    for (const [file, content] of files) {
      await replaceFile(join(output, file), (open) => writeAll(open, content));
      if (file.startsWith(`${RECORDS}/`)) continue;
      outcome.written.push(join(output, file));
      outcome.replaced += this.#found.get(file) === "another result" ? 1 : 0;
    }
    await removeEarlier(output, this.#found, new Set(files.keys()), outcome);
    outcome.finish(this.#image, rows, problems);
  }
}

/** Makes an encoder. Its modules draw pictures: they are loaded only if products are wanted. */
async function newEncoder(
  { name, place }: PlannedImage,
  { pages, scale, axes }: Pictures,
  { products, pixelSize, segmenter: { task, taskDefinition } }: SegmentingOptions,
): Promise<ProductEncoder> {
  const { ProductEncoder } = await import("./product_encoder.ts");
  const { scored, logits, channels } = taskDefinition;
  return new ProductEncoder(products, {
    name,
    shown: place.replaceAll("\\", "/"),
    pages,
    ...(scale && { scale }),
    ...(axes && { axes }),
    ...(pixelSize !== undefined && { pixelSize }),
    classNames: task === "classes" ? scored : [],
    planes: logits === 1 ? [""] : channels,
  });
}
