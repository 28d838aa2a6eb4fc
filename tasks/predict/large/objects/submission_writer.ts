import type { ChannelSource } from "lib/images/source/tiff_channels.ts";
import { findColumnRuns } from "lib/objects/formats/submission/run_lengths.ts";
import { pageName } from "../../files/outputs.ts";
import type { LargeImage } from "../large_image.ts";
import { RecordSpool } from "../record_spool.ts";
import type { StagedFile } from "../staged_file.ts";
import type { ObjectPart } from "./object_part.ts";
import type { ObjectWriter, WriterFiles } from "./object_writer.ts";

const TEXT = new TextEncoder();

/** Writes the runs of objects as rows of a submission, without the image's id. */
export class SubmissionWriter implements ObjectWriter {
  readonly parts = ["submission"] as const;
  readonly #image: LargeImage;
  readonly #file: StagedFile;
  readonly #spool: RecordSpool;

  constructor(image: LargeImage, { file, scratch }: WriterFiles) {
    this.#image = image;
    this.#file = file;
    this.#spool = new RecordSpool(scratch);
  }

  add({ window, height }: ObjectPart): void {
    for (const [label, runs] of findColumnRuns(window.labels, { ...window, height })) {
      this.#spool.add(label, TEXT.encode(runs.join(" ")));
    }
  }

  endPage(page: number, _stored: ChannelSource, count: number): void {
    const prefix = TEXT.encode(`${pageName(page, this.#image.pages)},`), end = TEXT.encode("\n");
    const write = (runs: Uint8Array) => {
      for (const bytes of [prefix, runs, end]) this.#file.write(bytes);
    };
    for (const [, runs] of this.#spool.takeAll()) write(runs);
    // A row without pixels says that the image has no objects. It may have some that are too large to be added.
    if (count === 0) write(new Uint8Array(0));
  }

  finish(): void {}

  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }
}
