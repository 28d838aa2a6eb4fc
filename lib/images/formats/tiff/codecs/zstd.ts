import { lazily } from "./load_library.ts";
import { findZstdFrame } from "./zstd_frame.ts";
import { DamagedError } from "../../damaged_error.ts";

/** Number of bytes by which a frame may exceed its block; larger frames are refused. */
const SLACK = 1 << 20;

const loadZstd = lazily("Zstandard", async () => {
  const { ZSTDDecoder } = await import("zstddec");
  const zstd = new ZSTDDecoder();
  await zstd.init();
  return zstd;
});

/**
 * Decodes Zstandard frames (RFC 8878; zstddec, Facebook's library in WebAssembly).
 *
 * @param size maximum number of bytes to decode
 * @returns `size` bytes, or fewer if the data end early; only whole frames
 * @throws {Error} if the data are damaged, or unpack to far more than `size`
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
      if ((frame.size ?? 0) > left + SLACK) {
        throw new Error(`its Zstandard data unpack to ${frame.size} bytes, not ${left}`);
      }
      // A frame that does not state its size is decoded to the needed size first, then with the slack.
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
