import type { ChannelSource } from "lib/images/source/tiff_channels.ts";
import type { Part } from "../../outcome.ts";
import type { StagedFile } from "../staged_file.ts";
import type { ObjectPart } from "./object_part.ts";

/** Writes the objects of an image to a file, page by page. Dispose of it after use. */
export interface ObjectWriter extends Disposable {
  /** What the file belongs to. */
  readonly parts: readonly Part[];
  /** Adds objects of the page that has begun. */
  add(objects: ObjectPart): void | Promise<void>;
  /**
   * Writes the objects of the page, by ascending label.
   *
   * @param page counted from 0
   * @param stored its channels that are measured
   * @param count number of its objects, with those that are too large to be added
   */
  endPage(page: number, stored: ChannelSource, count: number): void;
  /** Ends the file. */
  finish(): void;
}

/** Where an {@linkcode ObjectWriter} writes. */
export interface WriterFiles {
  file: StagedFile;
  /** Path of a scratch file. */
  scratch: string;
}
