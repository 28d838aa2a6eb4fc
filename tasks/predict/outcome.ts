import { count } from "lib/io/count.ts";
import { hasSpecks } from "lib/objects/training/far_from_training.ts";
import { withoutSystemDetail } from "../explain_system_error.ts";
import { pageName, type Product } from "./files/outputs.ts";
import type { ImageRow } from "./files/record.ts";
import type { PlannedImage } from "./segmenting_options.ts";

/** An image whose products are made. */
export interface CompleteImage {
  /** Path of its results below the output folder, without an ending. */
  name: string;
  /** Its id in a submission. */
  id: string;
  pages: number;
  /** The row of each page in the summary. */
  rows: ImageRow[];
  /** Products that failed; the joint files of these omit the image. */
  missing: ReadonlySet<Part>;
}

/** What can fail of an image without the rest. */
export type Part = Product | "mask";

/** What became of the images. */
export class Outcome {
  /** Paths of new results. */
  readonly written: string[] = [];
  readonly warnings: string[] = [];
  readonly failures: string[] = [];
  /** Images that were segmented, and lack some of their files. */
  readonly incomplete: string[] = [];
  /** Number of pages whose results were already there. */
  kept = 0;
  /** Number of results that replaced those of other settings. */
  replaced = 0;
  /** Number of files that were removed, because they were of other settings. */
  removed = 0;
  /** Number of images and pages in which most objects are specks. */
  specks = 0;
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
    if (hasSpecks(notes)) this.specks++;
  }

  /** Says in how many images most objects are specks, and what to do; `undefined` if there are none. */
  get speckAdvice(): string | undefined {
    if (this.specks === 0) return undefined;
    return `In ${
      count(this.specks, "image")
    } most objects are much smaller than those of the training images, and probably ` +
      "noise. Train the model longer or on more images, or leave out small objects: filter the column area of objects.csv (--write table)";
  }

  /**
   * Warns of all that is recorded of an image's pages.
   *
   * @param rows one for each page
   */
  warnOfRows({ path }: Pick<PlannedImage, "path">, rows: readonly ImageRow[]): void {
    rows.forEach(({ warning, farFromTraining: notes, sizeNotes = [] }, page) => {
      const label = path + pageName(page, rows.length);
      this.warn(label, { warning, notes });
      for (const note of sizeNotes) this.warnings.push(`${label}: ${note}`);
    });
  }

  /**
   * Notes that the products of an image are made, except some.
   *
   * @param rows one for each page
   * @param problems the errors of the products that could not be made
   */
  finish(
    { path, name, id }: Pick<PlannedImage, "path" | "name" | "id">,
    rows: ImageRow[],
    problems: ReadonlyMap<Part, unknown> = new Map(),
  ): void {
    this.complete.push({ name, id, pages: rows.length, rows, missing: new Set(problems.keys()) });
    if (problems.size === 0) return;
    const byReason = Map.groupBy(problems, ([, error]) => failureReason(error));
    const sentences = Array.from(byReason, ([reason, parts]) => {
      return `${parts.map(([part]) => part).join(", ")} cannot be written (${reason})`;
    });
    this.incomplete.push(`${path}: ${sentences.join("; ")}`);
  }
}

/** Returns the reason of an error, without details for programmers. */
export function failureReason(error: unknown): string {
  return withoutSystemDetail(error instanceof Error ? error.message : String(error));
}
