import type { ChannelSource } from "lib/images/source/tiff_channels.ts";
import { measureObjects, objectCsv } from "lib/objects";
import { pageName } from "../../files/outputs.ts";
import type { Part } from "../../outcome.ts";
import type { LargeImage } from "../large_image.ts";
import type { StagedFile } from "../staged_file.ts";
import { TableCollector, tablePieces } from "../table_collector.ts";
import type { ObjectPart } from "./object_part.ts";
import type { ObjectWriter } from "./object_writer.ts";

/** Writes the measurements of objects as the image's part of the table of all images. */
export class TableWriter implements ObjectWriter {
  readonly parts: readonly Part[];
  readonly #image: LargeImage;
  readonly #file: StagedFile;
  #tables = new TableCollector();

  /** @param parts what the table belongs to: `table`, `report`, or both */
  constructor(image: LargeImage, parts: readonly Part[], file: StagedFile) {
    this.parts = parts;
    this.#image = image;
    this.#file = file;
  }

  async add(objects: ObjectPart): Promise<void> {
    this.#tables.add((await objects.described()).table);
  }

  endPage(page: number, stored: ChannelSource): void {
    const { shown, pages, pixelSize, classNames } = this.#image, image = shown + pageName(page, pages);
    const table = this.#tables.table() ??
      measureObjects({ width: 1, height: 1, data: new Uint16Array(1) }, emptyImage(stored), { pixelSize });
    this.#tables = new TableCollector();
    let header = true;
    for (const part of tablePieces(table)) {
      this.#file.write(new TextEncoder().encode(objectCsv(part, { image, header, classNames })));
      header = false;
    }
  }

  finish(): void {}

  [Symbol.dispose](): void {}
}

/** A pixel, to find the columns of a table without objects. */
function emptyImage({ channels, bits }: ChannelSource) {
  const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](channels);
  return { width: 1, height: 1, channels, bits, data };
}
