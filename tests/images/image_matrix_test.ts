// @tags slow
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { ImageError } from "lib";
import { decodeImage, decodeLabels, readImageHeader } from "lib/images";

/** What is expected of a read; tests/fixtures/make_image_fixtures.py explains it. */
interface Expectation {
  shape?: number[];
  bits?: number;
  /** Of the values' little-endian bytes. */
  sha256?: string;
  /** Of zeros and ones: any value but 0 is an object. */
  objects?: string;
  /** A file of the archive with values from which at most `levels` may differ. */
  near?: string;
  levels?: number;
  /** A file of the archive with grey values, of which those from 128 on are objects. */
  half?: string;
  /** A pattern of the message. */
  refused?: string;
}

interface Read {
  page: number;
  channels?: number[];
  image: Expectation[];
  labels?: Expectation[];
}

interface ImageFile {
  file: string;
  made: string;
  /** Nothing where the file is to be refused. */
  header: { width: number; height: number; pages: number; pixelSize?: number } | null;
  reads: Read[];
}

type Pixels = {
  width: number;
  height: number;
  channels?: number;
  bits?: number;
  data: Uint8Array | Uint16Array | Uint32Array | Float32Array;
};
type Options = { page: number; channels?: number[] };

const fixtures = new URL("../fixtures/", import.meta.url);
const { files } = JSON.parse(await Deno.readTextFile(new URL("images.json", fixtures))) as { files: ImageFile[] };
const archive = unzipSync(await Deno.readFile(new URL("images.zip", fixtures)));

const sha256 = (data: ArrayBufferView) =>
  createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");

/** The pixels, or the sentence that refuses them; another error counts as a crash. */
async function outcome(work: () => Promise<Pixels>): Promise<Pixels | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return error.message;
    return `crashed: ${error instanceof Error ? `${error.name} ${error.message}` : error}`;
  }
}

/** How pixels differ from what is expected; nothing if they do not. */
function difference(pixels: Pixels | string, expected: Expectation): string | undefined {
  if (typeof pixels === "string") {
    if (expected.refused === undefined) return `refused: ${pixels}`;
    return new RegExp(expected.refused, "is").test(pixels) ? undefined : `refused without naming it: ${pixels}`;
  }
  if (expected.refused !== undefined) return `read, not refused`;
  const { width, height, channels, bits, data } = pixels;
  const shape = [height, width, ...(channels === undefined ? [] : [channels])];
  if (String(shape) !== String(expected.shape)) {
    return `has shape ${shape.join(" × ")}, not ${expected.shape?.join(" × ")}`;
  }
  if (bits !== expected.bits) return `has ${bits} bits, not ${expected.bits}`;
  if (expected.sha256 !== undefined) return sha256(data) === expected.sha256 ? undefined : "values differ";
  if (expected.objects !== undefined) {
    return sha256(Uint8Array.from(data, (value) => value ? 1 : 0)) === expected.objects ? undefined : "objects differ";
  }
  if (expected.half !== undefined) {
    const right = archive[expected.half];
    const wrong = right.findIndex((value, i) => Math.abs(value - 127.5) > 2 && (data[i] > 0) !== (value >= 128));
    return wrong < 0 ? undefined : `not cut at half at value ${wrong}`;
  }
  const right = archive[expected.near!], levels = expected.levels!;
  let most = 0;
  for (let i = 0; i < right.length; i++) most = Math.max(most, Math.abs(right[i] - data[i]));
  return most <= levels ? undefined : `differs by ${most} levels`;
}

function mismatch(pixels: Pixels | string, expected: Expectation[]): string | undefined {
  const found = expected.map((one) => difference(pixels, one));
  return found.includes(undefined) ? undefined : found[0];
}

async function headerMismatch(file: ImageFile): Promise<string | undefined> {
  if (!file.header) return;
  let header: Awaited<ReturnType<typeof readImageHeader>>;
  try {
    header = await readImageHeader(archive[file.file], file.file);
  } catch (error) {
    // What cannot be read may be refused by the header already.
    return mismatch(error instanceof ImageError ? error.message : `crashed: ${error}`, file.reads[0].image);
  }
  const { width, height, pages, pixelSize = 0 } = file.header;
  const right = [width, height, pages], found = [header.width, header.height, header.pages];
  if (String(found) !== String(right)) return `says width, height, pages ${found}, not ${right}`;
  if (Math.abs((header.pixelSize ?? 0) - pixelSize) > 1e-6 * pixelSize) {
    return `says pixelSize ${header.pixelSize}, not ${pixelSize}`;
  }
}

Deno.test("every file of the matrix is read as tifffile and Pillow read it, or refused by name", async () => {
  const failures: string[] = [];
  for (const file of files) {
    const add = (what: string, found: string | undefined) => {
      if (found !== undefined) failures.push(`${file.file} | ${what} | ${found} | ${file.made}`);
    };
    add("header", await headerMismatch(file));
    for (const { page, channels, image, labels } of file.reads) {
      const options: Options = { page, ...(channels ? { channels } : {}) };
      const what = `page ${page}${channels ? ` channels ${channels}` : ""}`;
      const bytes = archive[file.file];
      add(`image, ${what}`, mismatch(await outcome(() => decodeImage(bytes, file.file, options)), image));
      if (labels) {
        add(
          `labels, ${what}`,
          mismatch(await outcome(() => decodeLabels(bytes, file.file, options)), labels),
        );
      }
    }
  }
  assert.equal(failures.length, 0, `${failures.length} reads differ:\n${failures.join("\n")}`);
});
