import { withoutSystemDetail } from "../explain_system_error.ts";
import type { ImageRow } from "./files/record.ts";

/** An image whose products are complete. */
export interface CompleteImage {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its id in a submission. */
  id: string;
  pages: number;
  /** The row of each page in the summary. */
  rows: ImageRow[];
}

/** What became of the images. */
export class Outcome {
  /** Paths of new results. */
  readonly written: string[] = [];
  readonly warnings: string[] = [];
  readonly failures: string[] = [];
  /** Number of pages whose results were already there. */
  kept = 0;
  /** Number of results that replaced those of other settings. */
  replaced = 0;
  readonly complete: CompleteImage[] = [];

  /**
   * Notes that an image, or a page of it, failed.
   *
   * @param path the image
   * @param label the image and its page
   */
  fail(path: string, label: string, error: unknown): void {
    const reason = failureReason(error);
    this.failures.push(reason.startsWith(path) ? reason : `${label}: ${reason}`);
  }

  /**
   * Warns that the objects of a page may be noise, or that it differs from the training images.
   *
   * @param label the image and its page
   */
  warn(label: string, { warning, notes = [] }: { warning?: string; notes?: readonly string[] }): void {
    if (warning) this.warnings.push(`${label}: ${warning}`);
    if (notes.length) this.warnings.push(`${label} differs from the training images: ${notes.join("; ")}`);
  }
}

/** Returns the reason of an error, without details for programmers. */
export function failureReason(error: unknown): string {
  return withoutSystemDetail(error instanceof Error ? error.message : String(error));
}
