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

/** The first image in an OME-XML text. */
interface OmeImage {
  /** Identifier of this file. */
  uuid?: string;
  pixels?: XmlTag;
  data: TiffData[];
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

function readFirstImage(text: string): OmeImage {
  const image: OmeImage = { data: [] };
  for (const tag of xmlTags(text)) {
    if (tag.name === "OME") image.uuid ??= xmlAttribute(tag, "UUID");
    else if (tag.name === "Pixels" && !image.pixels) image.pixels = tag;
    else if (tag.name === "/Pixels") return image;
    else if (tag.name === "TiffData") image.data.push(readTiffData(tag));
    else if (tag.name === "UUID" && image.data.length > 0) {
      image.data.at(-1)!.file = text.slice(tag.end, text.indexOf("<", tag.end)).trim();
    }
  }
  return image;
}

/** Reads an OME-XML description (OME schema 2016-06): the first image's channels, axes and pixel size. */
export function readOme({ text, pages, samples }: DescribedPage): Omit<Description, "imageJ"> {
  const { uuid, pixels, data } = readFirstImage(text);
  if (!pixels) return stridedChannels(1, 1);
  const stated = (axis: "X" | "Y") =>
    Number(xmlAttribute(pixels, `PhysicalSize${axis}`)) *
    micrometresPerUnit(xmlAttribute(pixels, `PhysicalSize${axis}Unit`) ?? "µm");
  const size = stated("X"), sides = plausibleSides(stated("Y"), size);
  const pixelSize = { ...(size > 0 ? { pixelSize: size } : {}), ...(sides ? { pixelSides: sides } : {}) };
  const side = (name: string) => Math.max(1, Number(xmlAttribute(pixels, name) ?? 1) || 1);
  const channels = Math.max(1, Math.round(side("SizeC") / samples));
  const order = (xmlAttribute(pixels, "DimensionOrder") ?? "XYCZT").slice(2).split("") as Axis[];
  const sizes = { Z: side("SizeZ"), C: channels, T: side("SizeT") };
  const files = new Set(data.map(({ file }) => file).filter((file) => file !== undefined));
  // An image may be stored in several files: use the planes that name this file.
  const inFile = files.size > 1 ? data.filter(({ file }) => file === uuid) : data;
  const places = placesByPage(inFile.length || files.size > 1 ? inFile : [WHOLE], { pages, order, sizes });
  const byPage = places?.map(({ C }) => C), axes = places && stackAxes(places);
  const about = { ...(axes && { axes }), ...pixelSize };
  if (channels === 1 || pages === 1) return { ...stridedChannels(1, 1), ...about };
  if (!byPage) {
    throw new Error("its OME description does not state the channel of each page: save each channel as a file");
  }
  const named = [...new Set(byPage)].sort((a, b) => a - b);
  return { channels: named.length, channelAt: (page) => named.indexOf(byPage[page]), ...about };
}

/** Returns the axes of a stack by the places of its planes: a picture is where the plane of its first channel is. */
function stackAxes(places: readonly Record<Axis, number>[]): StackAxes | undefined {
  const first = places.reduce((least, { C }) => Math.min(least, C), Infinity);
  return findAxes(places.filter(({ C }) => C === first).map(({ Z, T }) => ({ z: Z, t: T })));
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
