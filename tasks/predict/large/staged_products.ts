import { join } from "node:path";
import type { Part } from "../outcome.ts";
import { StagedFile } from "./staged_file.ts";

/**
 * The files of an image under temporary names, and the products that they belong to. A product that fails loses its
 * files; the others go on.
 */
export class StagedProducts {
  readonly #output: string;
  readonly #signal: AbortSignal;
  readonly #files = new Map<string, { staged: StagedFile; parts: readonly Part[] }>();
  readonly #problems = new Map<Part, unknown>();

  /**
   * @param output the output folder
   * @param signal an error after it was given is no failure of a product, and stops the work
   */
  constructor(output: string, signal: AbortSignal) {
    this.#output = output;
    this.#signal = signal;
  }

  /** Why products could not be made. */
  get problems(): ReadonlyMap<Part, unknown> {
    return this.#problems;
  }

  /**
   * Opens a file. Call it in {@linkcode attempt}.
   *
   * @param file path below the output folder
   * @param parts what the file belongs to: it stays as long as one of them has not failed
   */
  stage(file: string, parts: readonly Part[]): StagedFile {
    const staged = new StagedFile(join(this.#output, file));
    this.#files.set(file, { staged, parts });
    return staged;
  }

  /**
   * Works on products, unless all of them have failed. If the work fails, they fail.
   *
   * @returns what the work returns; undefined if the products have failed
   */
  async attempt<T>(parts: readonly Part[], work: () => T | Promise<T>): Promise<T | undefined> {
    const left = parts.filter((part) => !this.#problems.has(part));
    if (left.length === 0) return undefined;
    try {
      return await work();
    } catch (error) {
      if (this.#signal.aborted) throw error;
      for (const part of left) this.#problems.set(part, error);
      await this.#discardFailed();
      return undefined;
    }
  }

  async #discardFailed(): Promise<void> {
    for (const [file, { staged, parts }] of this.#files) {
      if (!parts.every((part) => this.#problems.has(part))) continue;
      await staged.discard();
      this.#files.delete(file);
    }
  }

  /** Ends all files, and returns the digests of their contents by their paths below the output folder. */
  async close(): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    for (const [file, { staged, parts }] of this.#files) {
      const digest = await this.attempt(parts, () => staged.close());
      if (digest !== undefined) digests.set(file, digest);
    }
    return new Map([...digests].filter(([file]) => this.#files.has(file)));
  }

  /** Gives all files their names, and returns their paths below the output folder. */
  async commit(): Promise<string[]> {
    const committed: string[] = [];
    for (const [file, { staged, parts }] of this.#files) {
      await this.attempt(parts, async () => {
        await staged.commit();
        committed.push(file);
      });
    }
    return committed;
  }

  /** Removes the files that have not got their names. */
  async discard(): Promise<void> {
    for (const { staged } of this.#files.values()) await staged.discard();
  }
}
