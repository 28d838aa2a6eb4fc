import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

/** A fenced block of code. */
export interface Block {
  /** What follows the fence, such as `sh`. */
  language: string;
  code: string;
  /** Of its first line, from 1. */
  line: number;
  /** Whether `<!-- runs -->` stands in the line above it: the tests run it. */
  runs: boolean;
}

/** A document of the project. */
export interface Page {
  /** From the project's folder on, such as `docs/data.md`. */
  path: string;
  text: string;
  blocks: Block[];
  /** The text without fenced blocks; their lines are empty. */
  prose: string;
}

/** Folders with documents; those under `docs` count with all of theirs. */
const FOLDERS = [".", "data", "results", "results/bench", "tasks/requirements"];

async function pathsIn(folder: string, deep: boolean): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(projectFolder(), folder))) {
    const path = folder === "." ? name : `${folder}/${name}`;
    if (isDirectory && deep) paths.push(...await pathsIn(path, deep));
    else if (name.endsWith(".md")) paths.push(path);
  }
  return paths.sort();
}

/** Takes a document apart. */
export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [], prose: string[] = [];
  const lines = text.split("\n");
  let open: Block | undefined;
  for (const [i, line] of lines.entries()) {
    const fence = line.match(/^```(\w*)$/);
    prose.push(fence || open ? "" : line);
    if (fence && !open) {
      open = { language: fence[1], code: "", line: i + 2, runs: lines[i - 1]?.trim() === "<!-- runs -->" };
    } else if (fence && open) {
      blocks.push(open);
      open = undefined;
    } else if (open) open.code += `${line}\n`;
  }
  return { path, text, blocks, prose: prose.join("\n") };
}

/** All documents of the project. */
export async function readPages(): Promise<Page[]> {
  const paths = await Promise.all([...FOLDERS.map((folder) => pathsIn(folder, false)), pathsIn("docs", true)]);
  return await Promise.all(
    paths.flat().map(async (path) => parsePage(path, await Deno.readTextFile(join(projectFolder(), path)))),
  );
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchors({ prose }: Page): string[] {
  return Array.from(
    prose.matchAll(/^#+ (.+)$/gm),
    ([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"),
  );
}

/** The targets of a document's links and pictures. */
export function links({ prose }: Page): string[] {
  const text = prose.replace(/`[^`]*`/g, "");
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g), ([, target, source]) => target ?? source);
}

/** The words of a command line, as a shell takes them apart; a comment is left out. */
export function shellWords(line: string): string[] {
  const words = line.replace(/(^|\s)#.*$/, "").match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
