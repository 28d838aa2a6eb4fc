import { findAxes, type StackAxes } from "../../stack_axes.ts";
import { type DescribedPage, type Description, stridedChannels } from "./described_page.ts";
import { plausibleSides } from "../plausible_sides.ts";
import { micrometresPerUnit } from "./units.ts";
import { xmlAttribute, type XmlTag, xmlTags } from "./xml_tags.ts";

type Axis = "Z" | "C" | "T";

/** The pages of one or more planes of an image: OME's TiffData. */
interface TiffData {
  /** Directory of the first plane. */
  page: number;
  /** First plane's position along each axis. */
  first: Record<Axis, number>;
  /** Number of consecutive planes; all planes if it is absent. */
  count?: number;
  /** Identifier of the file that contains them. */
  file?: string;
}

/** An image in an OME-XML text. */
interface OmeImage {
  /** Identifier of this file. */
  uuid?: string;
  pixels?: XmlTag;
  /** Samples per pixel of each channel that states them. */
  samples: number[];
  data: TiffData[];
  /** Name of the file that has the description, if this one has none. */
  companion?: string;
}

function readTiffData(tag: XmlTag): TiffData {
  const page = xmlAttribute(tag, "IFD"), count = xmlAttribute(tag, "PlaneCount");
  return {
    page: Number(page ?? 0),
    first: {
      Z: Number(xmlAttribute(tag, "FirstZ") ?? 0),
      C: Number(xmlAttribute(tag, "FirstC") ?? 0),
      T: Number(xmlAttribute(tag, "FirstT") ?? 0),
    },
    count: count !== undefined ? Number(count) : page !== undefined ? 1 : undefined,
  };
}

/** Yields the images of a text; without images, what else it says of the file. */
function* readImages(text: string): Generator<OmeImage> {
  let image: OmeImage = { data: [], samples: [] }, isEmpty = true;
  for (const tag of xmlTags(text)) {
    if (tag.name === "OME") image.uuid ??= xmlAttribute(tag, "UUID");
    else if (tag.name === "BinaryOnly") image.companion = xmlAttribute(tag, "MetadataFile") ?? "another file";
    else if (tag.name === "Pixels" && !image.pixels) image.pixels = tag;
    else if (tag.name === "/Pixels") {
      yield image;
      [image, isEmpty] = [{ data: [], samples: [], ...(image.uuid && { uuid: image.uuid }) }, false];
    } else if (tag.name === "Channel") image.samples.push(Number(xmlAttribute(tag, "SamplesPerPixel") ?? 1) || 1);
    else if (tag.name === "TiffData") image.data.push(readTiffData(tag));
    else if (tag.name === "UUID" && image.data.length > 0) {
      image.data.at(-1)!.file = text.slice(tag.end, text.indexOf("<", tag.end)).trim();
    }
  }
  if (isEmpty) yield image;
}

/** Reads the image that this file has, if several files share the description; else the first. */
function readOwnImage(text: string): OmeImage {
  let first: OmeImage | undefined;
  for (const image of readImages(text)) {
    first ??= image;
    const files = image.data.flatMap(({ file }) => file ?? []);
    if (files.includes(image.uuid ?? "") || (image === first && files.length === 0)) return image;
  }
  return first!;
}

/** Returns the number of channels in separate pages of each image in an OME-XML text. */
function countChannels(text: string): number[] {
  const counts: number[] = [];
  let size = 1, samples = 1;
  for (const tag of xmlTags(text)) {
    if (tag.name === "Pixels") [size, samples] = [Number(xmlAttribute(tag, "SizeC")) || 1, 1];
    else if (tag.name === "Channel") samples = Number(xmlAttribute(tag, "SamplesPerPixel")) || 1;
    else if (tag.name === "/Pixels") counts.push(Math.max(1, Math.round(size / samples)));
  }
  return counts;
}

/** @throws {Error} if a file has several images, one of them with several channels: only one image's are read. */
function refuseOtherChannels(text: string): void {
  const counts = countChannels(text), most = counts.reduce((a, b) => Math.max(a, b), 1);
  if (counts.length <= 1 || most === 1) return;
  throw new Error(`it contains several series, one of them with ${most} channels: save each as a file`);
}

/** Reads an OME-XML description (OME schema 2016-06): the image's channels, axes and pixel size. */
export function readOme({ text, pages, samples }: DescribedPage): Omit<Description, "imageJ"> {
  const { uuid, pixels, data, companion, samples: stated } = readOwnImage(text);
  if (!pixels) {
    if (companion === undefined || pages === 1) return stridedChannels(1, 1);
    throw new Error(
      `its channels are described in ${companion}, which is not read: save it with its own description, or each page ` +
        "as a file",
    );
  }
  const measured = (axis: "X" | "Y") =>
    Number(xmlAttribute(pixels, `PhysicalSize${axis}`)) *
    micrometresPerUnit(xmlAttribute(pixels, `PhysicalSize${axis}Unit`) ?? "µm");
  const size = measured("X"), sides = plausibleSides(measured("Y"), size);
  const pixelSize = { ...(size > 0 ? { pixelSize: size } : {}), ...(sides ? { pixelSides: sides } : {}) };
  const side = (name: string) => Math.max(1, Number(xmlAttribute(pixels, name) ?? 1) || 1);
  const channels = Math.max(1, Math.round(side("SizeC") / samples));
  const order = (xmlAttribute(pixels, "DimensionOrder") ?? "XYCZT").slice(2).split("") as Axis[];
  const sizes = { Z: side("SizeZ"), C: channels, T: side("SizeT") };
  const files = new Set(data.map(({ file }) => file).filter((file) => file !== undefined));
  // An image may be stored in several files: use the planes that name this file.
  const own = files.size > 1 ? data.filter(({ file }) => file === uuid) : data;
  const inFile = data.some(({ first }) => first.C >= channels) ? own.map((each) => perPlane(each, samples)) : own;
  const places = placesByPage(inFile.length || files.size > 1 ? inFile : [WHOLE], { pages, order, sizes });
  if (pages === 1) return { ...stridedChannels(1, 1), ...pixelSize };
  const other = stated.find((count) => count !== stated[0]);
  if (other !== undefined) {
    throw new Error(`its channels have ${stated[0]} and ${other} samples per pixel: save each channel as a file`);
  }
  if (!places) refuseOtherChannels(text);
  const stack = places && joinChannels(places, order);
  if (!stack) {
    if (channels === 1) return { ...stridedChannels(1, 1), ...pixelSize };
    throw new Error("its OME description does not state the channel of each page: save each channel as a file");
  }
  return { ...stridedChannels(stack.pictures[0].length, 1), ...stack, ...pixelSize };
}

/**
 * Joins the pages of the channels of each picture. Pictures are in the order of their places, as in tifffile, whatever the
 * order of the pages.
 *
 * @returns undefined if two pages have one place
 * @throws {Error} if a channel lacks a plane that another one has.
 */
function joinChannels(
  places: readonly Record<Axis, number>[],
  order: readonly Axis[],
): { pictures: number[][]; axes?: StackAxes } | undefined {
  const named = [...new Set(places.map(({ C }) => C))].sort((a, b) => a - b);
  const index = new Map(named.map((C, i) => [C, i]));
  const planes = new Map<string, { place: Record<Axis, number>; pages: number[] }>();
  for (const [page, place] of places.entries()) {
    const key = `${place.Z} ${place.T}`, channel = index.get(place.C)!;
    const plane = planes.get(key) ?? { place, pages: [] };
    if (plane.pages[channel] !== undefined) return undefined;
    plane.pages[channel] = page;
    planes.set(key, plane);
  }
  const [fast, slow] = order.filter((axis) => axis !== "C");
  const sorted = [...planes.values()].sort(({ place: a }, { place: b }) => a[slow] - b[slow] || a[fast] - b[fast]);
  for (const { place: { Z, T }, pages } of sorted) {
    const missing = named.findIndex((_, channel) => pages[channel] === undefined);
    if (missing < 0) continue;
    const other = named.findIndex((_, channel) => pages[channel] !== undefined);
    throw new Error(
      `its OME description gives channel ${other + 1} a plane at z ${Z} and t ${T}, counted from 0, but channel ${
        missing + 1
      } none there: save each channel as a file`,
    );
  }
  const axes = findAxes(sorted.map(({ place: { Z, T } }) => ({ z: Z, t: T })));
  return { pictures: sorted.map(({ pages }) => pages), ...(axes && { axes }) };
}

/** Counts a position along the channels in planes, which some writers count in samples. */
function perPlane(data: TiffData, samples: number): TiffData {
  return { ...data, first: { ...data.first, C: Math.floor(data.first.C / samples) } };
}

/** All planes in order, the meaning of a missing TiffData. */
const WHOLE: TiffData = { page: 0, first: { Z: 0, C: 0, T: 0 } };

/** Returns the place of each page if each page is named exactly once. */
function placesByPage(
  data: readonly TiffData[],
  { pages, order, sizes }: { pages: number; order: readonly Axis[]; sizes: Record<Axis, number> },
): Record<Axis, number>[] | undefined {
  const places = new Array<Record<Axis, number> | undefined>(pages).fill(undefined);
  const planes = sizes.Z * sizes.C * sizes.T;
  for (const { page, first, count = planes } of data) {
    let index = first[order[0]] + sizes[order[0]] * (first[order[1]] + sizes[order[1]] * first[order[2]]);
    for (let at = page; at < Math.min(pages, page + count) && index < planes; at++, index++) {
      if (places[at]) return undefined;
      const place = places[at] = { Z: 0, C: 0, T: 0 };
      let rest = index;
      for (const axis of order) {
        place[axis] = rest % sizes[axis];
        rest = Math.floor(rest / sizes[axis]);
      }
    }
  }
  return places.every((place) => place !== undefined) ? places : undefined;
}
