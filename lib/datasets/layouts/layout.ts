import type { Sample } from "../dataset.ts";
import type { ClassTable } from "../classes/class_table.ts";
import type { RunOrder } from "./fill_runs.ts";

/** The source of an image's labels. */
export type MaskSource =
  | { kind: "labels"; path: string }
  /**
   * One file per object, to which all non-zero pixels belong. If that is guessed, a file must not contain several
   * numbers.
   */
  | { kind: "objects"; paths: readonly string[]; guessed?: boolean }
  /** The run lengths of each object, and the size of the image if the table states it. */
  | { kind: "runs"; runs: readonly string[]; order: RunOrder; path: string; width?: number; height?: number }
  | { kind: "missing" };

/** An image of a data set that is not read yet. */
export interface ImageSource extends Pick<Sample, "id" | "split" | "modality" | "pixelSize"> {
  /** The image's group. Default: a separate group. */
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

/** The images of a data set, with notes for the user on how they were found. */
export interface Listing {
  sources: ImageSource[];
  /** Notes of one sentence on the pairing of masks, and on files that were left out. */
  notes: string[];
  /** Meaning of the values in masks, if the layout says it. */
  classes?: ClassTable;
}

/** Choices that a folder cannot express. */
export interface ListOptions {
  /** The order in which run lengths count pixels. Default: recognised by the table's columns. */
  runs?: RunOrder;
  /** Whether a manifest may name files outside its folder. Default `false`. */
  allowOutside?: boolean;
}

/** The definition of a layout. */
export interface Layout {
  /**
   * Lists the images, or returns `undefined` if the folder has another layout.
   *
   * @throws {DatasetError} if the folder has this layout, but is ambiguous.
   */
  list(folder: string, options: ListOptions): Promise<Listing | undefined>;
}
