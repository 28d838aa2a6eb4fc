import { join } from "node:path";
import { z } from "zod";
import { nearestWord } from "lib/io/nearest_word.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { callerPath } from "./caller_path.ts";

const Notebook = z.object({
  cells: z.array(z.object({
    source: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]),
    metadata: z.object({ tags: z.array(z.string()).default([]) }).default({ tags: [] }),
  })),
});

/** What a parameter can be: a kind of JSON, or some words. */
export interface NotebookParameter {
  kind: "number" | "string" | "boolean" | "array" | "object" | "any";
  /** The allowed texts, if its type lists them. */
  words?: string[];
  /** The default in the notebook. */
  shown: string;
}

/** Returns the kind of a default written in TypeScript. */
function parameterKind(text: string): NotebookParameter["kind"] {
  if (/^["'`]/.test(text)) return "string";
  if (/^(true|false)$/.test(text)) return "boolean";
  if (text.startsWith("[")) return "array";
  if (text.startsWith("{")) return "object";
  return Number.isNaN(Number(text)) ? "any" : "number";
}

/**
 * Returns the parameters that a cell declares, one on each line, such as `let loss: "bce" | "focal" = "bce";`.
 *
 * @param source text of the cell with the tag `parameters`
 */
export function declaredParameters(source: string): Record<string, NotebookParameter> {
  const found = source.matchAll(/^[ \t]*let\s+(\w+)\s*(?::([^=]*))?=\s*(.*?);?[ \t]*$/gm);
  return Object.fromEntries(Array.from(found, ([, name, type = "", shown]) => {
    const options = type.split("|").map((text) => text.trim());
    const words = options.map((text) => /^"(.*)"$/.exec(text)?.[1]).filter((word) => word !== undefined);
    const only = words.length > 0 && words.length === options.length;
    return [name, { kind: parameterKind(shown), ...(only && { words }), shown }];
  }));
}

/** Returns the parameters of a notebook; none if it has no parameter cell. */
export async function notebookParameters(path: string): Promise<Record<string, NotebookParameter>> {
  const { cells } = Notebook.parse(JSON.parse(await Deno.readTextFile(path)));
  return declaredParameters(cells.find(({ metadata }) => metadata.tags.includes("parameters"))?.source ?? "");
}

/**
 * Returns the path of a notebook of the project.
 *
 * @param given name of the notebook, with or without folder and extension
 * @throws {ConfigError} if there is no such notebook; the message suggests the nearest name.
 */
export async function findNotebook(given: string): Promise<string> {
  const folder = join(projectFolder(), "notebooks");
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const known = entries.map(({ name }) => name).filter((name) => name.endsWith(".ipynb") && !name.startsWith("."))
    .map((name) => name.replace(/\.ipynb$/, "")).sort();
  const name = given.replace(/^.*\//, "").replace(/\.ipynb$/, "");
  if (!known.includes(name)) {
    const near = known.find((each) => each.includes(name)) ?? nearestWord(name, known);
    throw new ConfigError(`There is no notebook "${name}": did you mean ${near}? There are ${known.join(", ")}`);
  }
  return join(folder, `${name}.ipynb`);
}

/** Parameters that are paths, which start at the user's folder. */
const PATHS = ["dataFolder", "results"];

const KINDS = {
  number: z.number(),
  string: z.string(),
  boolean: z.boolean(),
  array: z.array(z.unknown()),
  object: z.record(z.string(), z.unknown()),
  any: z.unknown(),
};
const NAMES = {
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: 'a list such as ["a","b"]',
  object: 'options such as {"epochs":3}',
  any: "another value",
};

/**
 * Checks values against the defaults in a notebook's parameter cell.
 *
 * @param path path of the notebook
 * @returns the values to inject
 * @throws {ConfigError} for an unknown name, with the nearest known one, or for a value of another kind.
 */
export async function checkNotebookParameters(
  path: string,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const declared = await notebookParameters(path), names = Object.keys(declared);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!names.includes(name)) {
        throw new ConfigError(
          names.length
            ? `${path} has no parameter "${name}": did you mean ${nearestWord(name, names)}? It has ${names.join(", ")}`
            : `${path} has no parameters: leave out -p ${name}`,
        );
      }
      const { kind, words, shown } = declared[name];
      // A folder may be named 2024: a value that looks like a number is a text if the parameter is a text.
      const read = kind === "string" && ["number", "boolean"].includes(typeof value) ? String(value) : value;
      const isWord = !words || words.some((word) => word === read);
      if (!isWord || !KINDS[kind].safeParse(read).success) {
        const wanted = words ? words.join(" or ") : NAMES[kind];
        const text = typeof value === "string" ? value : JSON.stringify(value);
        throw new ConfigError(`-p ${name}=${text} does not fit: give ${wanted} (the notebook has ${shown})`);
      }
      return [name, PATHS.includes(name) && typeof read === "string" && read ? callerPath(read) : read];
    }),
  );
}
