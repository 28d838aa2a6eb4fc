import { createHash } from "node:crypto";
import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { codeDigest } from "lib/runs/code_digest.ts";
import type { Study } from "lib/study";
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

/** The executed notebooks that a study keeps for its report. A study that comes with the project keeps none. */
export class ExecutedNotebooks {
  readonly #study: Study;

  constructor(study: Study) {
    this.#study = study;
  }

  /** Returns the path of a kept notebook. */
  path(name: string): string {
    return join(this.#study.folder, FOLDER, `${name}.ipynb`);
  }

  /** Returns a digest of what an execution depends on: the notebook, its parameters, the study's numbers, the code. */
  async key(notebook: Notebook, parameters: Record<string, unknown>): Promise<string> {
    const { analysis, runs } = this.#study;
    return digest(notebook, parameters, analysis, runs, await codeDigest());
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
    await Deno.mkdir(join(this.#study.folder, FOLDER), { recursive: true });
    await replaceText(this.path(name), JSON.stringify({ ...notebook, metadata }, null, 1) + "\n");
  }
}
