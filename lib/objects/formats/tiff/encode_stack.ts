import { concatenate } from "../../../io/concatenate.ts";
import { pixelSides, type PixelSize } from "../../../images/pixel_size.ts";
import { TAG } from "../../../images/formats/tiff/tags.ts";
import { ObjectFileError } from "../object_file_error.ts";
import type { PageAxis } from "../page_axis.ts";
import { describeForImageJ, type DisplayRange } from "./describe_imagej.ts";
import { describeForOme } from "./describe_ome.ts";
import { nearestFraction } from "./rational.ts";
import { type StackLayout, writtenPage } from "./stack_layout.ts";
import type { TagValue } from "./tiff_directory.ts";
import { type PageLayout, type SampleType, TiffWriter } from "./tiff_writer.ts";
import type { TiffFlavour } from "./tiff_flavour.ts";

/** Options of a TIFF's description. */
export interface TiffOptions {
  /** Who the description is for. Default `imagej`, which tifffile, napari and QuPath read too. */
  flavour?: TiffFlavour;
  /** Size of a pixel in µm. */
  pixelSize?: PixelSize;
  /** What the pages of a stack are. Default: planes along z. ImageJ's stacks run along z first, and are written so. */
  axis?: PageAxis;
  /** Name of the image in OME's description. Default: empty. */
  name?: string;
}

/** A page with one or more interleaved channels. */
export interface StackPage {
  width: number;
  height: number;
  /** `[height, width, channels]`. */
  data: ArrayLike<number>;
}

/**
 * Encodes pages as a TIFF with a description. Each channel of each page becomes a plane.
 *
 * @throws {ObjectFileError} if there is no page, the pages differ in size, or there are more or fewer than `axis` says.
 */
export function encodeStack(
  pages: readonly StackPage[],
  { samples, channels, range }: { samples: SampleType; channels: readonly string[]; range: DisplayRange },
  { flavour = "imagej", pixelSize, axis = "z", name = "" }: TiffOptions,
): Uint8Array {
  checkPages(pages);
  const layout = { width: pages[0].width, height: pages[0].height, samples };
  const stack: StackLayout = { pages: pages.length, axis, channels };
  const writer = new TiffWriter(layout), written = [...pages];
  for (const [page, each] of pages.entries()) written[writtenPage(stack, page, flavour)] = each;
  for (const { data } of written) {
    for (let channel = 0; channel < channels.length; channel++) {
      writer.add(channels.length === 1 ? data : everyNth(data, channels.length, channel));
    }
  }
  const { first, every } = describeStack(layout, stack, { flavour, pixelSize, name, range });
  return concatenate(writer.finish(first, every));
}

/** Returns the tags that describe a stack: those of the first page, and those of every page. */
export function describeStack(
  layout: PageLayout,
  stack: StackLayout,
  { flavour = "imagej", pixelSize, name = "", range }: Omit<TiffOptions, "axis"> & { range: DisplayRange },
): { first: Map<number, TagValue>; every: Map<number, TagValue> } {
  const sides = pixelSize === undefined ? undefined : pixelSides(pixelSize);
  const text = flavour === "ome"
    ? describeForOme(layout, stack, { name, sides })
    : describeForImageJ(stack, { hasUnit: sides !== undefined, range });
  return {
    first: new Map([[TAG.ImageDescription, { type: "ascii", text }]]),
    every: resolutionTags(flavour, sides),
  };
}

function checkPages(pages: readonly StackPage[]): void {
  if (pages.length === 0) throw new ObjectFileError("A TIFF needs at least one page: give an image");
  const { width, height } = pages[0];
  const other = pages.findIndex((page) => page.width !== width || page.height !== height);
  if (other < 0) return;
  throw new ObjectFileError(
    `Page ${other + 1} is ${pages[other].width} × ${pages[other].height}, but the first is ${width} × ${height}: ` +
      "write pages of one size to each file",
  );
}

/** ImageJ's resolution is in pixels per unit of its description, OME's in pixels per cm. */
function resolutionTags(
  flavour: TiffFlavour,
  sides: readonly [height: number, width: number] | undefined,
): Map<number, TagValue> {
  const perUnit = flavour === "ome" && sides ? 1e4 : 1, [height, width] = sides ?? [1, 1];
  return new Map<number, TagValue>([
    [TAG.XResolution, { type: "rational", values: nearestFraction(perUnit / width) }],
    [TAG.YResolution, { type: "rational", values: nearestFraction(perUnit / height) }],
    [TAG.ResolutionUnit, { type: "short", values: [flavour === "ome" && sides ? 3 : 1] }],
  ]);
}

function everyNth(data: ArrayLike<number>, n: number, first: number): Float32Array {
  const plane = new Float32Array(data.length / n);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * n + first];
  return plane;
}
