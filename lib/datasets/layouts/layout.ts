import type { Sample } from "../dataset.ts";
import type { RunOrder } from "./fill_runs.ts";

/** Where an image's labels come from. */
export type MaskSource =
  | { kind: "labels"; path: string }
  /** One file per object: every pixel that is not 0 belongs to it. Where that was guessed, several numbers refute it. */
  | { kind: "objects"; paths: readonly string[]; guessed?: boolean }
  /** One text of run lengths per object, and the size of the image where the table gives it. */
  | { kind: "runs"; runs: readonly string[]; order: RunOrder; path: string; width?: number; height?: number }
  | { kind: "missing" };

/** An image of a data set, not yet read. */
export interface ImageSource extends Pick<Sample, "id" | "split" | "modality" | "pixelSize"> {
  /** Default: the image alone is a group. */
  group?: string;
  path: string;
  mask: MaskSource;
  /** Why the image cannot be read, in one sentence. */
  problem?: string;
  /** The page of a TIFF, counted from 0. Default: all pages, each a sample. */
  page?: number;
  /** Channels to read, counted from 1. Default: all of a grey or colour image. */
  channels?: readonly number[];
}

/** The images of a data set, and what its user should know about how they were found. */
export interface Listing {
  sources: ImageSource[];
  /** One sentence each: how masks were paired, what was left out. */
  notes: string[];
}

/** Choices that a folder cannot express. */
export interface ListOptions {
  /** The order in which run lengths count pixels. Default: as the table's columns tell. */
  runs?: RunOrder;
  /** Whether a manifest may name files outside of its folder. Default `false`. */
  allowOutside?: boolean;
}

/** How one layout is recognised and listed. */
export interface Layout {
  /**
   * The images, or `undefined` if the folder has another layout.
   *
   * @throws {DatasetError} if the folder has this layout, and something in it is ambiguous.
   */
  list(folder: string, options: ListOptions): Promise<Listing | undefined>;
}
