import { checkSize } from "./check_size.ts";
import type { Block } from "./codec.ts";
import { findCodestream, type Jpeg2000Header, readJpeg2000Header } from "./jpeg2000_header.ts";
import { lazily, loadsFromFiles } from "./load_library.ts";
import { DamagedError } from "../../damaged_error.ts";

interface OpenJpegDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8ClampedArray;
  delete(): void;
}
interface OpenJpeg {
  J2KDecoder: new () => OpenJpegDecoder;
}

/** OpenJPEG's messages about the current picture. */
let reports: string[] = [];

const loadOpenJpeg = lazily("JPEG 2000", async () => {
  const { default: create } = await import("@cornerstonejs/codec-openjpeg/decodewasmjs");
  const report = (text: string) => void reports.push(text);
  const embedded = loadsFromFiles() ? {} : {
    wasmBinary: (await import("@cornerstonejs/codec-openjpeg/decodewasm", { with: { type: "bytes" } })).default,
  };
  return await (create as unknown as (options: object) => Promise<OpenJpeg>)({
    ...embedded,
    print: report,
    printErr: report,
  });
});

const SAVE = "save it without compression, or with LZW or deflate";

/** Refuses pictures that this build of OpenJPEG decodes wrongly without an error. */
function checkHeader(header: Jpeg2000Header, block: Block): void {
  checkSize("JPEG 2000", header, block);
  const { components, offset } = header, count = components.length;
  if (count !== block.samples) throw new Error(`its JPEG 2000 data have ${count} channels, not ${block.samples}`);
  const [{ bits, signed }] = components;
  if (Math.ceil(bits / 8) !== Math.ceil(block.bitsPerSample / 8)) {
    throw new Error(`its JPEG 2000 data have ${bits} bits per value, not ${block.bitsPerSample}`);
  }
  if (components.some((other) => other.bits !== bits || other.signed !== signed)) {
    throw new Error(`its JPEG 2000 channels differ in depth, which is not supported: ${SAVE}`);
  }
  if (components.some((component) => component.subsampled) || offset) {
    throw new Error(
      `its JPEG 2000 channels differ in resolution, or begin outside the picture, which is not supported: ${SAVE}`,
    );
  }
  if (!(count === 1 && bits <= 16) && !(count === 3 && bits <= 8)) {
    throw new Error(
      `its JPEG 2000 data have ${count} channels of ${bits} bits in one block, which is not supported: ${SAVE}`,
    );
  }
}

/**
 * Decodes JPEG 2000 (OpenJPEG in WebAssembly), as a codestream or a JP2 file: one channel of up to 16 bits, or three of
 * up to 8. Colours are not converted.
 *
 * @returns samples of 8 or 16 bits, little-endian
 * @throws {Error} if the data are damaged, or of an unsupported kind
 */
export async function decodeJpeg2000(bytes: Uint8Array, block: Block): Promise<Uint8Array> {
  const codestream = new Uint8Array(findCodestream(bytes));
  const header = readJpeg2000Header(codestream);
  checkHeader(header, block);
  const { width, height, components } = header, [{ bits, signed }] = components;
  // The library clips signed bytes at 0: decode them as unsigned and undo the shift.
  const shift = signed && bits <= 8 ? 1 << (bits - 1) : 0;
  for (let i = 0; shift && i < components.length; i++) codestream[header.depthsAt + 3 * i] &= 127;
  const samples = await decodeCodestream(codestream);
  if (samples.length !== width * height * components.length * Math.ceil(bits / 8)) throw damaged();
  for (let i = 0; shift && i < samples.length; i++) samples[i] -= shift;
  return samples.subarray(0, block.size);
}

async function decodeCodestream(codestream: Uint8Array): Promise<Uint8Array> {
  const { J2KDecoder } = await loadOpenJpeg();
  const decoder = new J2KDecoder();
  reports = [];
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
  } catch {
    // A WebAssembly instance that failed midway must not be reused.
    loadOpenJpeg.reset();
    throw damaged();
  }
  const data = decoder.getDecodedBuffer();
  decoder.delete();
  // Unknown markers of other encoders are ignored.
  const problem = reports.find((text) => /^\[(ERROR|WARNING)\]/.test(text) && !text.includes("Unknown marker"));
  if (problem) throw damaged(` (${problem.replace(/^\[\w+\]\s*/, "").trim()})`);
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

const damaged = (report = "") => new DamagedError(`its JPEG 2000 data are damaged${report}`);
