import { checkSize } from "./check_size.ts";
import type { Block } from "./codec.ts";
import { lazily, loadsFromFiles } from "./load_library.ts";
import { readWebpSize } from "./webp_header.ts";
import { DamagedError } from "../../damaged_error.ts";

type Decode = (bytes: ArrayBuffer) => Promise<{ data: ArrayLike<number> }>;

const loadWebp = lazily("WebP", async (): Promise<Decode> => {
  const { default: decode, init } = await import("@jsquash/webp/decode.js");
  if (loadsFromFiles()) return decode;
  const { default: wasm } = await import("@jsquash/webp/codec/dec/webp_dec.wasm", { with: { type: "bytes" } });
  await init(await WebAssembly.compile(wasm));
  return decode;
});

/**
 * Decodes WebP (libwebp in WebAssembly).
 *
 * @returns red, green, blue, and alpha if the block has four samples
 * @throws {Error} if the data are damaged, or of another size
 */
export async function decodeWebp(bytes: Uint8Array, block: Block): Promise<Uint8Array> {
  const { samples, bitsPerSample, size } = block;
  checkSize("WebP", readWebpSize(bytes), block);
  if (bitsPerSample !== 8 || (samples !== 3 && samples !== 4)) {
    throw new Error(`its WebP data are described as ${samples} channels of ${bitsPerSample} bits, not 3 or 4 of 8`);
  }
  const decode = await loadWebp();
  let rgba: ArrayLike<number>;
  try {
    rgba = (await decode(new Uint8Array(bytes).buffer)).data;
  } catch (error) {
    // A WebAssembly instance that failed midway must not be reused.
    if (error instanceof WebAssembly.RuntimeError) loadWebp.reset();
    throw new DamagedError("its WebP data are damaged or end early");
  }
  const out = new Uint8Array(size);
  for (let from = 0, to = 0; to < size; from += 4) {
    for (let sample = 0; sample < samples; sample++) out[to++] = rgba[from + sample];
  }
  return out;
}
