import { createHash } from "node:crypto";
import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { once } from "lib/io/once.ts";
import { codeDigest } from "lib/runs/code_digest.ts";
import type { Study } from "lib/study";
import { COMMITTED } from "lib/study/find_study.ts";
import { LENGTHS_FILE } from "lib/study/worlds/training_length.ts";
import { z } from "zod";
import type { Notebook } from "./copy_notebook.ts";

/** The folder of the executed notebooks in a study's folder. */
const FOLDER = "notebooks";

const digest = (...parts: unknown[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** Schema of a kept notebook: an executed one, with digests in its metadata. */
const Kept = z.looseObject({
  cells: z.array(z.looseObject({ cell_type: z.string() })),
  metadata: z.looseObject({
    report: z.object({
      /** Of what it was executed from. */
      key: z.string(),
      /** Of its cells, to tell a notebook that a user edited. */
      cells: z.string(),
    }),
  }),
});

/** Returns a digest of the study's numbers, of those of the studies that come with the project, and of the code. */
async function digestInputs({ analysis, runs, diverged, source }: Study): Promise<string> {
  const hash = createHash("sha256").update(await codeDigest()).update(JSON.stringify([analysis, diverged, source]));
  // The records of thousands of runs do not fit into one text.
  for (const run of runs) hash.update(JSON.stringify(run));
  for await (const path of committedNumbers()) hash.update(await Deno.readFile(path));
  return hash.digest("hex");
}

/** Lists the files of numbers that notebooks set beside those of their study. */
async function* committedNumbers(): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(COMMITTED));
  for (const name of entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort()) {
    for (const file of ["analysis.json", LENGTHS_FILE]) {
      const path = join(COMMITTED, name, file);
      if (await exists(path)) yield path;
    }
  }
}

/** The executed notebooks that a study keeps for its report. A study that comes with the project keeps none. */
export class ExecutedNotebooks {
  readonly #study: Study;
  readonly #inputs: () => Promise<string>;
  readonly #warn: (message: string) => void;

  /** @param warn called if a notebook cannot be kept */
  constructor(study: Study, warn: (message: string) => void = () => {}) {
    this.#study = study;
    this.#inputs = once(() => digestInputs(study));
    this.#warn = warn;
  }

  /** Returns the path of a kept notebook. */
  path(name: string): string {
    return join(this.#study.folder, FOLDER, `${name}.ipynb`);
  }

  /** Returns a digest of what an execution depends on: the notebook, its parameters, and all that notebooks read. */
  async key(notebook: Notebook, parameters: Record<string, unknown>): Promise<string> {
    return digest(notebook, parameters, await this.#inputs());
  }

  /** Reads a notebook as it was kept; `undefined` if there is none, or if it was edited. */
  async #read(name: string): Promise<z.output<typeof Kept> | undefined> {
    const text = await Deno.readTextFile(this.path(name)).catch(() => "");
    try {
      const kept = Kept.parse(JSON.parse(text));
      return kept.metadata.report.cells === digest(kept.cells) ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  /** Reads a notebook that was executed from the same; `undefined` if there is none, or if it was edited. */
  async read(name: string, key: string): Promise<Notebook | undefined> {
    const kept = await this.#read(name);
    if (kept?.metadata.report.key === key) return kept;
  }

  /** Keeps an executed notebook. One that a user edited stays as it is. */
  async write(name: string, key: string, notebook: Notebook): Promise<void> {
    if (this.#study.committed || await exists(this.path(name)) && !await this.#read(name)) return;
    const report = { key, cells: digest(notebook.cells) };
    const metadata = { ...notebook.metadata as Record<string, unknown>, report };
    try {
      await Deno.mkdir(join(this.#study.folder, FOLDER), { recursive: true });
      await replaceText(this.path(name), JSON.stringify({ ...notebook, metadata }, null, 1) + "\n");
    } catch (error) {
      // The report shows it all the same.
      this.#warn(`${this.path(name)} cannot be written, and is executed again next time: ${(error as Error).message}`);
    }
  }
}
