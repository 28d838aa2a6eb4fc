import { lazily } from "./load_library.ts";
import { findZstdFrame } from "./zstd_frame.ts";
import { DamagedError } from "../../damaged_error.ts";

/** A frame may hold this much more than its block needs; a frame that says so is not decoded beyond. */
const SLACK = 1 << 20;

const loadZstd = lazily("Zstandard", async () => {
  const { ZSTDDecoder } = await import("zstddec");
  const zstd = new ZSTDDecoder();
  await zstd.init();
  return zstd;
});

/**
 * Decodes Zstandard frames (RFC 8878; zstddec, which is Facebook's own library in WebAssembly).
 *
 * @param size bytes to decode; the rest is left
 * @returns `size` bytes, or fewer where the data end: whole frames only
 * @throws {Error} where the data are damaged, or unpack to far more than `size`
 */
export async function decodeZstd(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const zstd = await loadZstd();
  const out = new Uint8Array(size);
  let written = 0;
  for (let at = 0; written < size;) {
    const frame = findZstdFrame(bytes, at);
    if (!frame) break;
    const left = size - written;
    if (!frame.skippable) {
      if ((frame.size ?? 0) > left + SLACK) throw new Error(`it unpacks to ${frame.size} bytes, and needs ${left}`);
      // A frame without its size is tried with what is needed first, then with the slack.
      let data = zstd.decode(bytes.subarray(at, frame.end), frame.size ?? left);
      if (data.length === 0 && frame.size === undefined) {
        data = zstd.decode(bytes.subarray(at, frame.end), left + SLACK);
      }
      if (data.length === 0 && frame.size !== 0) throw new DamagedError("its Zstandard data are damaged");
      if (data.length >= size) return data.subarray(0, size);
      out.set(data.subarray(0, left), written);
      written += Math.min(left, data.length);
    }
    at = frame.end;
  }
  return written < size ? out.subarray(0, written) : out;
}
