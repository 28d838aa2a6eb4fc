import { decode, encode } from "fast-png";
import { z } from "zod";
import { replaceFile, writeAll } from "lib/io/replace_file.ts";
import { MARK, readMark, readPngText, type ResultMark, writeMark } from "./result_mark.ts";
import type { SegmentedPage } from "./segment_page.ts";

/** What exists at the path of a result. */
export type Found =
  | "nothing"
  | "this"
  /** A result of the same image, with other settings or before the image changed. */
  | "another result"
  | "another image's result"
  | "something else";

/** The mark of a new result. */
export type NewMark = Required<ResultMark>;

/**
 * Checks what exists at the path of a result.
 *
 * @param mark mark of the new result
 */
export async function findResult(path: string, mark: NewMark): Promise<Found> {
  return (await examineResult(path, mark)).what;
}

/**
 * Checks what exists at the path of a result, like {@linkcode findResult}, and reads the warnings that {@linkcode writeMask}
 * left in the result that is wanted.
 *
 * @param mark mark of the new result
 */
export async function examineResult(
  path: string,
  { key, source }: NewMark,
): Promise<{ what: Exclude<Found, "this"> } | { what: "this"; notes: Notes }> {
  let bytes: Uint8Array;
  try {
    // A folder is not a result, and reading a pipe would block.
    if (!(await Deno.stat(path)).isFile) return { what: "something else" };
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { what: "nothing" };
    throw error;
  }
  const mark = readMark(bytes);
  if (mark === undefined) return { what: "something else" };
  if (mark.key !== key) {
    // A moved image still has its content, and a changed image its path.
    const { content, place } = mark.source ?? source;
    return { what: content === source.content || place === source.place ? "another result" : "another image's result" };
  }
  try {
    decode(bytes, { checkCrc: true });
  } catch {
    // It is damaged, and will be written again.
    return { what: "another result" };
  }
  return { what: "this", notes: readNotes(bytes) };
}

/**
 * Returns why a result must not be written: neither masks drawn by hand nor results of other images are overwritten.
 *
 * @returns a sentence, or `undefined` if the result may be written
 */
export function overwritingProblem(path: string, found: Found): string | undefined {
  if (found === "something else") {
    return `${path} exists already, and predict did not write it. Choose another --output, or move the file away`;
  }
  if (found === "another image's result") {
    return `${path} is the result of another image, segmented before. Choose another --output, or name all images in one ` +
      "command: each result then keeps its image's folder";
  }
}

/** The keyword of the warnings about a page in its mask. */
const NOTES = "bioimage-segmentation notes";
const Notes = z.object({ warning: z.string().optional(), notes: z.array(z.string()).optional() });
/** Why the objects of a page may be noise, and how it differs from the training images. */
export type Notes = z.output<typeof Notes>;

/** Formats warnings as a text of a PNG, which has no characters beyond Latin-1; none if there are none. */
function writeNotes({ warning, notes = [] }: Notes): Record<string, string> {
  if (!warning && notes.length === 0) return {};
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return { [NOTES]: JSON.stringify({ warning, notes }).replace(/[^ -~]/g, escape) };
}

function readNotes(bytes: Uint8Array): Notes {
  const text = readPngText(bytes, NOTES);
  return text === undefined ? {} : Notes.parse(JSON.parse(text));
}

/** Writes a mask of 0 and 255, with 255 where the probability exceeds the threshold, or of class numbers from 0. */
export async function writeMask(
  path: string,
  { width, height, probabilities, classes, warning, notes }: SegmentedPage,
  threshold: number,
  mark: NewMark,
): Promise<void> {
  const data = classes ?? Uint8Array.from(probabilities, (p) => p > threshold ? 255 : 0);
  const text = { [MARK]: writeMark(mark), ...writeNotes({ warning, notes }) };
  const png = encode({ width, height, channels: 1, depth: 8, data, text });
  await replaceFile(path, (file) => writeAll(file, png));
}

/** Returns probabilities at 16 bit, where 65,535 is 1. */
export async function writeProbabilities(
  path: string,
  { width, height, probabilities }: SegmentedPage,
  mark: NewMark,
): Promise<void> {
  const data = Uint16Array.from(probabilities, (p) => Math.round(p * 65535));
  const png = encode({ width, height, channels: 1, depth: 16, data, text: { [MARK]: writeMark(mark) } });
  await replaceFile(path, (file) => writeAll(file, png));
}
