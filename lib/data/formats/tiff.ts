import { fromArrayBuffer, type GeoTIFFImage } from "geotiff";
import type { FormatReader, Header, Raster } from "./format.ts";

/** More pages than this are taken for damage. */
const MOST_PAGES = 10_000;
/** Micrometres per unit of OME's and ImageJ's descriptions. */
const MICROMETRES: Record<string, number> = {
  "µm": 1,
  "μm": 1,
  um: 1,
  micron: 1,
  microns: 1,
  "\\u00B5m": 1,
  nm: 1e-3,
  mm: 1e3,
  cm: 1e4,
};

type Value = number | string | ArrayLike<number> | undefined;
const tag = (page: GeoTIFFImage, name: string): Value =>
  (page.fileDirectory as unknown as { getValue(name: string): Value }).getValue(name);

/** Pages of the files that are being read: a stack's directory is gone through once, not once per page. */
const opened = new WeakMap<Uint8Array, Promise<GeoTIFFImage[]>>();

/** All pictures, without thumbnails and the smaller copies of pyramids. */
function openPages(bytes: Uint8Array): Promise<GeoTIFFImage[]> {
  let pages = opened.get(bytes);
  if (!pages) opened.set(bytes, pages = listPages(bytes));
  return pages;
}

async function listPages(bytes: Uint8Array): Promise<GeoTIFFImage[]> {
  const tiff = await fromArrayBuffer(bytes.slice().buffer);
  const pages: GeoTIFFImage[] = [];
  for (let index = 0;; index++) {
    if (index >= MOST_PAGES) throw new Error(`its pages never end`);
    let page: GeoTIFFImage;
    try {
      page = await tiff.getImage(index);
    } catch (error) {
      if (index > 0 && (error as Error).name === "GeoTIFFImageIndexError") break;
      if (index > 0 && /No image at index/.test((error as Error).message)) break;
      throw error;
    }
    // NewSubfileType's first bit: a reduced version of another picture.
    if ((Number(tag(page, "NewSubfileType") ?? 0) & 1) === 0 || index === 0) pages.push(page);
  }
  return pages;
}

/** The pixel's side in µm by the OME or ImageJ description, and the channels that lie in pages of their own. */
async function describe(page: GeoTIFFImage): Promise<{ pixelSize?: number; channelPages: number }> {
  const directory = page.fileDirectory as unknown as {
    hasTag(name: string): boolean;
    loadValue(name: string): Promise<Value>;
  };
  let text = "";
  if (directory.hasTag("ImageDescription")) {
    const value = await directory.loadValue("ImageDescription");
    // UTF-8 is read as single bytes.
    if (typeof value === "string") text = value.replaceAll("Âµ", "µ").replaceAll("Î¼", "μ");
  }
  const pixels = /<(?:\w+:)?Pixels\s([^>]*)>/.exec(text)?.[1];
  if (pixels !== undefined) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(pixels)?.[1];
    const size = Number(attribute("PhysicalSizeX")) * (MICROMETRES[attribute("PhysicalSizeXUnit") ?? "µm"] ?? NaN);
    const channels = Number(attribute("SizeC") ?? 1);
    const samples = page.getSamplesPerPixel();
    return { pixelSize: size > 0 ? size : undefined, channelPages: Math.max(1, channels / samples) };
  }
  if (text.startsWith("ImageJ=")) {
    const line = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1].trim();
    const resolution = directory.hasTag("XResolution") ? await directory.loadValue("XResolution") : undefined;
    const [numerator, denominator] = typeof resolution === "object" ? Array.from(resolution) : [];
    const size = denominator / numerator * (MICROMETRES[line("unit") ?? ""] ?? NaN);
    const channels = Number(line("channels") ?? 1);
    return {
      pixelSize: size > 0 && Number.isFinite(size) ? size : undefined,
      channelPages: channels > 1 && page.getSamplesPerPixel() === 1 ? channels : 1,
    };
  }
  return { channelPages: 1 };
}

function checkTile(page: GeoTIFFImage): void {
  const values = page.getTileWidth() * page.getTileHeight() * page.getSamplesPerPixel();
  // A tile or strip may reach beyond the picture's edge, but not by much.
  const most = 4 * (page.getWidth() + 1024) * (page.getHeight() + 1024) * page.getSamplesPerPixel();
  if (!(values <= most)) throw new Error(`its tiles are larger than the picture`);
}

/** TIFF, tiled or in strips, several pages: whole numbers and floating point (geotiff). */
export const tiff: FormatReader = {
  async readHeader(bytes): Promise<Header> {
    const pages = await openPages(bytes);
    const { pixelSize, channelPages } = await describe(pages[0]);
    if (channelPages > 1 && pages.length > 1) {
      throw new Error(
        `it holds ${channelPages} channels in pages of their own: save the one to segment, or merge them to red, green, blue`,
      );
    }
    const sizes = pages.map((page) => [page.getWidth(), page.getHeight()]);
    const [width, height] = sizes[0];
    const other = sizes.findIndex(([w, h]) => w !== width || h !== height);
    if (other > 0) {
      throw new Error(
        `its page ${other + 1} is ${
          sizes[other].join(" × ")
        } and its first ${width} × ${height}: save them as files of their own`,
      );
    }
    return { width, height, pages: pages.length, pixelSize };
  },

  async readRaster(bytes, index): Promise<Raster> {
    const page = (await openPages(bytes))[index];
    checkTile(page);
    const width = page.getWidth(), height = page.getHeight();
    const channels = page.getSamplesPerPixel();
    const bits = page.getBitsPerSample(0);
    const [unsigned, signed, floating] = [1, 2, 3].map((format) => page.getSampleFormat(0) === format);
    if (!unsigned && !signed && !floating) throw new Error("its values are neither whole numbers nor floating point");
    const photometric = Number(tag(page, "PhotometricInterpretation"));
    // Palettes, CMYK, YCbCr and Lab become red, green, blue; 0 is "white is zero".
    if ([3, 5, 6, 8].includes(photometric)) {
      const data = await page.readRGB({ interleave: true }) as unknown as ArrayLike<number>;
      return { width, height, channels: 3, bits: 8, data };
    }
    let data = await page.readRasters({ interleave: true }) as unknown as ArrayLike<number>;
    if (photometric === 0 && unsigned && bits <= 16) data = Uint16Array.from(data, (value) => 2 ** bits - 1 - value);
    const spectral = photometric !== 2 && channels > 2;
    if (unsigned && bits === 1) {
      return { width, height, channels, bits: 8, data: Uint8Array.from(data, (value) => value * 255) };
    }
    return { width, height, channels, bits, data, spectral, float: !unsigned || bits === 32 };
  },
};
