import { roiWriter } from "lib/objects/formats/roi/roi_archive.ts";
import { StoredArchive } from "lib/objects/formats/roi/stored_archive.ts";
import type { LargeImage } from "../large_image.ts";
import { RecordSpool } from "../record_spool.ts";
import type { ObjectPart } from "./object_part.ts";
import type { ObjectWriter, WriterFiles } from "./object_writer.ts";

/** Writes the outlines of objects as an archive of ROIs. */
export class RoiWriter implements ObjectWriter {
  readonly parts = ["rois"] as const;
  readonly #image: LargeImage;
  readonly #archive: StoredArchive;
  readonly #spool: RecordSpool;

  constructor(image: LargeImage, { file, scratch }: WriterFiles) {
    this.#image = image;
    this.#archive = new StoredArchive((bytes) => file.write(bytes));
    this.#spool = new RecordSpool(scratch);
  }

  async add(objects: ObjectPart): Promise<void> {
    const { pages, largest, axes } = this.#image, { classes, describe } = await objects.described();
    const encode = roiWriter(pages, largest, { classes, describe, axis: axes });
    for (const outline of objects.outlines()) {
      this.#spool.add(outline.label, encode(outline, objects.page).bytes);
    }
  }

  endPage(page: number): void {
    const nameRoi = roiWriter(this.#image.pages, this.#image.largest, {});
    for (const [label, bytes] of this.#spool.takeAll()) {
      this.#archive.add(`${nameRoi({ label, polygons: [] }, page).name}.roi`, bytes);
    }
  }

  finish(): void {
    this.#archive.finish();
  }

  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }
}
