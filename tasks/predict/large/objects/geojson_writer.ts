import { featureWriter, GEOJSON_END, GEOJSON_SEPARATOR, GEOJSON_START } from "lib/objects/formats/geojson.ts";
import type { LargeImage } from "../large_image.ts";
import { RecordSpool } from "../record_spool.ts";
import type { StagedFile } from "../staged_file.ts";
import type { ObjectPart } from "./object_part.ts";
import type { ObjectWriter, WriterFiles } from "./object_writer.ts";

const TEXT = new TextEncoder();

/** Writes the outlines of objects as GeoJSON. */
export class GeoJsonWriter implements ObjectWriter {
  readonly parts = ["geojson"] as const;
  readonly #image: LargeImage;
  readonly #file: StagedFile;
  readonly #spool: RecordSpool;
  #features = 0;

  constructor(image: LargeImage, { file, scratch }: WriterFiles) {
    this.#image = image;
    this.#file = file;
    this.#spool = new RecordSpool(scratch);
    file.write(TEXT.encode(GEOJSON_START));
  }

  async add(objects: ObjectPart): Promise<void> {
    const { pages, shown, scale, axes } = this.#image, { classes, describe } = await objects.described();
    const encode = featureWriter(pages, { classes, describe, image: shown, scale, axis: axes });
    for (const outline of objects.outlines()) {
      this.#spool.add(outline.label, TEXT.encode(encode(outline, objects.page)));
    }
  }

  endPage(): void {
    for (const [, bytes] of this.#spool.takeAll()) {
      if (this.#features++ > 0) this.#file.write(TEXT.encode(GEOJSON_SEPARATOR));
      this.#file.write(bytes);
    }
  }

  finish(): void {
    this.#file.write(TEXT.encode(GEOJSON_END));
  }

  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }
}
