// @ts-types="npm:@types/d3-dsv@3.0.7"
import { dsvFormat } from "d3-dsv";
import { ConfigError } from "lib/train/config_error.ts";
import { PIECE, readLines } from "./read_lines.ts";

/** The rows of an image in the submission. */
export interface SubmissionPart {
  /** The image's id, to which the rows of a stack add their page, such as `#2`. */
  id: string;
  /** A file with the rows, without their header and without the image's id. */
  path: string;
}

/**
 * Joins the rows of several images to a submission. The id is added here, because it depends on the other images of the
 * command, and the files are kept for the next one.
 *
 * @throws {ConfigError} if two images have the same id.
 */
export async function* joinSubmissions(parts: readonly SubmissionPart[]): AsyncGenerator<string> {
  const csv = dsvFormat(","), known = new Set<string>();
  yield "ImageId,EncodedPixels\n";
  for (const { id, path } of parts) {
    const pages = new Set<string>();
    let text = "";
    for await (const line of readLines(path)) {
      const comma = line.indexOf(","), each = id + line.slice(0, comma);
      if (!pages.has(each) && known.has(each)) {
        throw new ConfigError(`Two images of the submission have the id "${each}": rename one`);
      }
      pages.add(each);
      known.add(each);
      text += `${csv.formatRow([each, line.slice(comma + 1)])}\n`;
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    yield text;
  }
}
