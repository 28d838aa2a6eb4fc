import type { ColourChange } from "./colour.ts";
import type { Frame } from "./frame.ts";
import type { Samples } from "./block_transform.ts";
import type { Plane } from "./plane.ts";
import { type RowSource, upsample } from "./upsample.ts";
import { YccConverter } from "./ycc.ts";

/** Copies a row of one component into interleaved pixels. */
function copyRow(source: Samples, at: number, width: number, out: Samples, to: number, step: number): void {
  if (step === 1) out.set(source.subarray(at, at + width), to);
  else for (let i = 0; i < width; i++, to += step) out[to] = source[at + i];
}

function invertRow(out: Samples, to: number, width: number, step: number, largest: number): void {
  for (let i = 0; i < width; i++, to += step) out[to] = largest - out[to];
}

/**
 * Combines a frame's components into interleaved pixels: upsampled and converted in colour.
 *
 * @returns `[height, width, components]`
 */
export function assemble(frame: Frame, planes: Plane[], { fromYcc, invert }: ColourChange): Samples {
  const { width, height, bits, process, components, maxHorizontal, maxVertical } = frame;
  const count = planes.length, smooth = process !== "lossless";
  const out = bits <= 8 ? new Uint8Array(width * height * count) : new Uint16Array(width * height * count);
  const sources: RowSource[] = planes.map((plane, i) =>
    upsample(plane, maxHorizontal / components[i].horizontal, maxVertical / components[i].vertical, smooth)
  );
  const samples = sources.map((source) => source.samples);
  const ycc = fromYcc ? new YccConverter(bits) : undefined;
  const converted = ycc ? 3 : 0, largest = (1 << bits) - 1;
  for (let row = 0; row < height; row++) {
    const to = row * width * count;
    const starts = sources.map((source) => source.read(row));
    ycc?.convertRow(samples, starts, width, out, to, count);
    for (let i = converted; i < count; i++) {
      copyRow(samples[i], starts[i], width, out, to + i, count);
      if (invert) invertRow(out, to + i, width, count, largest);
    }
  }
  return out;
}
