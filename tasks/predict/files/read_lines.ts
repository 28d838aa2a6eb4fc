import { TextLineStream } from "lib/io/text_lines.ts";

/** Length of the text that is written at once. A whole file of objects may be longer than a string can be. */
export const PIECE = 1 << 16;

/** Yields the lines of a file, which need not fit into memory. Each has an end. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const file = await Deno.open(path);
  yield* file.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}
