import { checkSize } from "./check_size.ts";
import type { Block } from "./codec.ts";
import { decodeDeflate } from "./deflate.ts";
import { lazily, loadsFromFiles } from "./load_library.ts";
import { decodeZstd } from "./zstd.ts";
import { DamagedError } from "../../damaged_error.ts";

type Lerc = typeof import("lerc");

const loadLerc = lazily("LERC", async (): Promise<Lerc> => {
  const lerc = await import("lerc");
  if (loadsFromFiles()) {
    await lerc.load();
  } else {
    // A bundle has no WebAssembly file next to it.
    const { default: wasm } = await import("lerc/lerc-wasm.wasm", { with: { type: "bytes" } });
    const url = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
    await lerc.load({ locateFile: () => url });
    URL.revokeObjectURL(url);
  }
  return lerc;
});

/**
 * Unpacks LERC data that are also compressed by deflate or Zstandard, as LercParameters and their first bytes state.
 */
async function unpack(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // LERC data may be larger than the samples because of their header and mask.
  const limit = 2 * size + 65536;
  if (bytes[0] === 0x28 && bytes[1] === 0xb5) return await decodeZstd(bytes, limit);
  if ((bytes[0] & 15) === 8 && ((bytes[0] << 8) | bytes[1]) % 31 === 0) return await decodeDeflate(bytes, limit);
  return bytes;
}

/**
 * Decodes LERC (Esri's library in WebAssembly).
 *
 * @returns samples of 8 to 64 bits, little-endian
 * @throws {Error} if the data are damaged, of another size or type, or lack values for some pixels
 */
export async function decodeLerc(bytes: Uint8Array, block: Block): Promise<Uint8Array> {
  const { samples, bitsPerSample } = block;
  const lerc = await loadLerc();
  const blob = await unpack(bytes, block.size);
  const info = attempt(() => lerc.getBlobInfo(blob));
  checkSize("LERC", info, block);
  const channels = info.depthCount * info.bandCount;
  if (channels !== samples) throw new Error(`its LERC data have ${channels} channels, not ${samples}`);
  const { pixels, validPixelCount } = attempt(() => lerc.decode(blob, { returnInterleaved: true }));
  const missing = info.width * info.height - validPixelCount;
  if (missing > 0) throw new Error(`its LERC data leave ${missing} pixels without a value: save it without a mask`);
  const size = pixels[0].BYTES_PER_ELEMENT;
  if (size * 8 !== bitsPerSample) {
    throw new Error(`its LERC data have ${size * 8} bits per value, not ${bitsPerSample}`);
  }
  return interleave(pixels, size).subarray(0, block.size);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch {
    throw new DamagedError("its LERC data are damaged or end early");
  }
}

/** Interleaves separate bands to pixels. */
function interleave(bands: readonly ArrayBufferView[], size: number): Uint8Array {
  const planes = bands.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  if (planes.length === 1) return planes[0];
  const out = new Uint8Array(planes.length * planes[0].length);
  for (let from = 0, to = 0; to < out.length; from += size) {
    for (const plane of planes) for (let byte = 0; byte < size; byte++) out[to++] = plane[from + byte];
  }
  return out;
}
