import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { crc32 } from "lib/io/crc32.ts";
import { writeTiff } from "../../images/formats/tiff/write_tiff.ts";
import { joinBytes } from "./damage.ts";
import { raw } from "./torch_file.ts";

type Crafted = readonly { name: string; make: () => Uint8Array }[];

/** Compresses zeros a thousandfold, in pieces so that only a few are in memory at once. */
function bomb(bytes: number): Uint8Array {
  return deflateSync(Buffer.alloc(bytes), { level: 9 });
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = joinBytes([raw(type), data]), bytes = new Uint8Array(named.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(named, 4);
  view.setUint32(named.length + 4, crc32(named));
  return bytes;
}

function png(width: number, height: number, parts: readonly Uint8Array[], bits = 8, colour = 0): Uint8Array {
  const header = new Uint8Array(13), view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bits, colour, 0, 0, 0], 8);
  return joinBytes([raw("\x89PNG\r\n\x1a\n"), chunk("IHDR", header), ...parts, chunk("IEND", new Uint8Array())]);
}

const pixels = () => chunk("IDAT", deflateSync(Buffer.alloc(17 * 16)));

/** Small PNG files that demand much memory or time. */
export const CRAFTED_PNG: Crafted = [
  {
    name: "profile-of-2-gigabytes.png",
    make: () => png(16, 16, [chunk("iCCP", joinBytes([raw("p\0\0"), bomb(1 << 30), bomb(1 << 30)])), pixels()]),
  },
  {
    name: "text-of-1-gigabyte.png",
    make: () => png(16, 16, [chunk("zTXt", joinBytes([raw("t\0\0"), bomb(1 << 30)])), pixels()]),
  },
  { name: "pixels-of-1-gigabyte.png", make: () => png(16, 16, [chunk("IDAT", bomb(1 << 30))]) },
  { name: "pixels-of-100-megabytes.png", make: () => png(16, 16, [chunk("IDAT", bomb(1e8))]) },
  { name: "2-billion-columns.png", make: () => png(0x7fffffff, 1, [pixels()]) },
  { name: "30000-columns-and-rows.png", make: () => png(30_000, 30_000, [pixels()], 16, 6) },
  {
    name: "a-million-parts.png",
    make: () => png(16, 16, [joinBytes(new Array(1e6).fill(chunk("IDAT", new Uint8Array()))), pixels()]),
  },
  {
    name: "a-million-profiles.png",
    make: () => png(16, 16, [joinBytes(new Array(3e5).fill(chunk("iCCP", raw("p\0\0x")))), pixels()]),
  },
];

/** Makes a TIFF of one page with the given numbers in its directory. */
function tiff(tags: Record<number, number | readonly number[]>, data: Uint8Array): Uint8Array {
  const entries = Object.entries(tags).map(([tag, values]) => [Number(tag), [values].flat() as number[]] as const);
  const lists = entries.map(([, values]) =>
    values.length > 1 ? new Uint8Array(Uint32Array.from(values).buffer) : new Uint8Array()
  );
  const directory = 8 + data.length + data.length % 2;
  let list = directory + 2 + 12 * entries.length + 4;
  const bytes = new Uint8Array(list + lists.reduce((sum, { length }) => sum + length, 0)),
    view = new DataView(bytes.buffer);
  bytes.set(raw("II\x2a\0"));
  view.setUint32(4, directory, true);
  bytes.set(data, 8);
  view.setUint16(directory, entries.length, true);
  for (const [i, [tag, values]] of entries.entries()) {
    const at = directory + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, values.length, true);
    view.setUint32(at + 8, values.length > 1 ? list : values[0], true);
    bytes.set(lists[i], list);
    list += lists[i].length;
  }
  return bytes;
}

/** Returns the tags of a grey 8-bit picture with its data at byte 8. */
const grey = (width: number, height: number, compression: number, bytes: number) => ({
  256: width,
  257: height,
  258: 8,
  259: compression,
  262: 1,
  273: 8,
  277: 1,
  278: height,
  279: bytes,
});

const described = (description: string) =>
  writeTiff([{ width: 8, height: 6, data: new Uint8Array(48).fill(3), description }]);

/** Makes LZW codes of 9 to 12 bits whose decoded length grows as fast as the format allows. */
const lzw = () => joinBytes([Uint8Array.of(0x80, 0), new Uint8Array(1400).fill(0x55)]);

/** Small TIFF files that demand much memory or time. */
export const CRAFTED_TIFF: Crafted = [
  ...([
    ["deflate", 8],
    ["lzma", 34925],
    ["zstandard", 50000],
    ["lzw", 5],
    ["packbits", 32773],
    ["ccitt", 4],
    ["jpeg", 7],
    ["lerc", 34887],
    ["webp", 50001],
    ["jpeg2000", 34712],
  ] as const)
    .flatMap(([name, compression]) => [
      {
        name: `${name}-of-3-megabytes-for-16-pixels.tif`,
        make: () => {
          const data = name === "deflate" ? bomb(3e9 / 4) : name === "lzw" ? lzw() : new Uint8Array(3e6).fill(0x81);
          return tiff(grey(16, 16, compression, data.length), data);
        },
      },
      {
        name: `${name}-of-20-bytes-for-100-million-pixels.tif`,
        make: () => tiff(grey(10_000, 10_000, compression, 20), new Uint8Array(20).fill(0x81)),
      },
    ]),
  {
    name: "2000-strips-at-one-bomb.tif",
    make: () => {
      const data = bomb(1e8);
      return tiff({
        ...grey(16, 2000, 8, 0),
        278: 1,
        273: new Array(2000).fill(8),
        279: new Array(2000).fill(data.length),
      }, data);
    },
  },
  {
    name: "2000-strips-of-lzw-at-one-place.tif",
    make: () => {
      const data = lzw();
      return tiff({
        ...grey(16, 2000, 5, 0),
        278: 1,
        273: new Array(2000).fill(8),
        279: new Array(2000).fill(data.length),
      }, data);
    },
  },
  {
    name: "strip-of-packbits-repeated.tif",
    make: () => tiff(grey(16, 16, 32773, 4e6), new Uint8Array(4e6).map((_, i) => i % 2 ? 0 : 0x81)),
  },
  { name: "125000-unclosed-tags.tif", make: () => described(`<OME>${"<Pixels ".repeat(125_000)}`) },
  { name: "unclosed-attributes.tif", make: () => described(`<OME><Pixels ${`a="`.repeat(400_000)}`) },
  {
    name: "125000-planes.tif",
    make: () =>
      described(
        `<OME><Image><Pixels SizeC="2" SizeZ="1" SizeT="1">${
          `<TiffData IFD="0"/>`.repeat(125_000)
        }</Pixels></Image></OME>`,
      ),
  },
  { name: "imagej-of-many-lines.tif", make: () => described(`ImageJ=1.54f\n${"images=2\n".repeat(300_000)}`) },
  { name: "nested-description.tif", make: () => described(`{"shape": ${"[".repeat(500_000)}`) },
  { name: "rows-per-strip-0.tif", make: () => tiff({ ...grey(16, 16, 1, 256), 278: 0 }, new Uint8Array(256)) },
  { name: "4-billion-columns.tif", make: () => tiff(grey(0xffffffff, 0xffffffff, 1, 256), new Uint8Array(256)) },
  {
    name: "60000-samples.tif",
    make: () => tiff({ ...grey(16, 16, 1, 256), 277: 60_000, 258: new Array(60_000).fill(8) }, new Uint8Array(256)),
  },
  {
    name: "directory-that-leads-to-itself.tif",
    make: () => {
      const bytes = tiff(grey(16, 16, 1, 256), new Uint8Array(256)), view = new DataView(bytes.buffer);
      view.setUint32(view.getUint32(4, true) + 2 + 12 * 9, view.getUint32(4, true), true);
      return bytes;
    },
  },
];

/** Small BMP and JPEG files that demand much memory or time. */
export const CRAFTED_BMP: Crafted = [1, 4, 8, 24, 32].flatMap((bits) =>
  [0, 1, 2, 3].map((compression) => ({
    name: `30000-columns-of-${bits}-bits-${compression}.bmp`,
    make: () => {
      const bytes = new Uint8Array(54 + 1024 + 64), view = new DataView(bytes.buffer);
      bytes.set(raw("BM"));
      view.setUint32(2, bytes.length, true);
      view.setUint32(10, 54 + 1024, true);
      view.setUint32(14, 40, true);
      view.setInt32(18, 30_000, true);
      view.setInt32(22, bits === 8 ? -30_000 : 30_000, true);
      view.setUint16(26, 1, true);
      view.setUint16(28, bits, true);
      view.setUint32(30, compression, true);
      bytes.fill(0xff, 1078);
      return bytes;
    },
  }))
);
