import type { GeneratedImages } from "../../datasets/generator/generated_images.ts";
import type { LoadOptions } from "../../datasets/load_folder.ts";
import type { DigestOptions } from "../../io/file_digest.ts";
import type { ProcessFailure } from "./process_failure.ts";
import type { JobOutcome, JobTask } from "./train_job.ts";

/** The source of a study's data, so that other processes can read them too. */
export interface DataSource extends Omit<LoadOptions, "onProgress"> {
  /** A folder or a manifest; empty for generated images. */
  folder: string;
  /** Kinds of cells in the generated data set: two have classes. Default: one. */
  kinds?: 2;
  /** Options of the generated images that differ from the demo data's. */
  generated?: GeneratedImages;
}

/** The first line that a training process reads. */
export interface ProcessStart extends DigestOptions {
  results: string;
  source: DataSource;
  fingerprint: string;
  /** Entry of the table of algorithms of convolutions. Default: the one of the process. */
  algorithms?: string;
}
/** Every other line that it reads. */
export type ProcessTask = JobTask;
/** The lines that it writes. */
export type ProcessMessage = { progress: number; note: string } | { warning: string } | { outcome: JobOutcome } | {
  failure: ProcessFailure;
};

/** Formats a message to a training process as a line of JSON. */
export function processLine(message: ProcessStart | ProcessTask): string {
  // JSON has no infinity, so an infinite `maxPixels` or `maxBytes` becomes the largest number.
  return JSON.stringify(message, (_, value) => value === Infinity ? Number.MAX_VALUE : value) + "\n";
}
