import type { DescribedPage, Description } from "./description.ts";
import { stridedChannels } from "./description.ts";
import { micrometresPerUnit } from "./units.ts";
import { xmlAttribute, type XmlTag, xmlTags } from "./xml_tags.ts";

/** Where one or more planes of an image lie: OME's TiffData. */
interface TiffData {
  /** Directory of the first plane. */
  page: number;
  channel: number;
  /** Planes that follow in order; all that there are where it is absent. */
  count?: number;
  /** Identifies the file that holds them. */
  file?: string;
}

/** What an OME-XML text says of its first image. */
interface OmeImage {
  /** Identifies this file. */
  uuid?: string;
  pixels?: XmlTag;
  data: TiffData[];
}

function readTiffData(tag: XmlTag): TiffData {
  const page = xmlAttribute(tag, "IFD"), count = xmlAttribute(tag, "PlaneCount");
  return {
    page: Number(page ?? 0),
    channel: Number(xmlAttribute(tag, "FirstC") ?? 0),
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

/** Reads an OME-XML description (OME schema 2016-06): the first image's channels and pixel size. */
export function readOme({ text, pages, samples }: DescribedPage): Omit<Description, "imageJ"> {
  const { uuid, pixels, data } = readFirstImage(text);
  if (!pixels) return stridedChannels(1, 1);
  const size = Number(xmlAttribute(pixels, "PhysicalSizeX")) *
    micrometresPerUnit(xmlAttribute(pixels, "PhysicalSizeXUnit") ?? "µm");
  const pixelSize = size > 0 ? { pixelSize: size } : {};
  const side = (name: string) => Math.max(1, Number(xmlAttribute(pixels, name) ?? 1) || 1);
  const channels = Math.max(1, Math.round(side("SizeC") / samples));
  const files = new Set(data.map(({ file }) => file).filter((file) => file !== undefined));
  // An image may lie in several files: this one's planes are those that name it.
  const held = files.size > 1 ? data.filter(({ file }) => file === uuid) : data;
  const byPage = channelsByPage(held, pages);
  const named = [...new Set(held.map(({ channel }) => channel))].sort((a, b) => a - b);
  if (files.size > 1 && (named.length <= 1 || !byPage)) return { ...stridedChannels(1, 1), ...pixelSize };
  if (byPage && (files.size > 1 || named.length === channels)) {
    return { channels: named.length, channelAt: (page) => named.indexOf(byPage[page]), ...pixelSize };
  }
  const order = (xmlAttribute(pixels, "DimensionOrder") ?? "XYCZT").slice(2);
  let stride = 1;
  for (const axis of order.slice(0, Math.max(0, order.indexOf("C")))) stride *= side(`Size${axis}`);
  const planes = channels * side("SizeZ") * side("SizeT");
  return { planes, ...stridedChannels(channels, stride), ...pixelSize };
}

/** The channel of each page, where every page is named once and alone. */
function channelsByPage(data: readonly TiffData[], pages: number): number[] | undefined {
  const channels = new Array<number>(pages).fill(-1);
  for (const { page, channel, count } of data) {
    if (count !== 1 || !(page < pages) || channels[page] >= 0) return undefined;
    channels[page] = channel;
  }
  return channels.includes(-1) ? undefined : channels;
}
