import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodeJpeg, type JpegImage, type JpegOptions } from "lib/images/formats/jpeg/decode_jpeg.ts";
import { readJpegHeader } from "lib/images/formats/jpeg/read_jpeg_header.ts";
import { Random } from "lib/math/random.ts";
import fixtures from "../../../fixtures/jpeg.json" with { type: "json" };

/** A JPEG and what libjpeg-turbo makes of it. */
interface Case {
  name: string;
  jpeg: string;
  tables?: string;
  colour?: "raw" | "ycbcr";
  shape: number[];
  sha256: string;
  orientation?: number;
}

const cases = fixtures.cases as Case[];
const bytesIn = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const jpegNamed = (name: string) => bytesIn(cases.find((one) => one.name === name)!.jpeg);

function decodeCase({ jpeg, tables, colour }: Case): JpegImage {
  return decodeJpeg(bytesIn(jpeg), { tables: tables === undefined ? undefined : bytesIn(tables), colour });
}

function digest({ data }: JpegImage): string {
  const bytes = new DataView(new ArrayBuffer(data.byteLength));
  if (data instanceof Uint8Array) data.forEach((value, i) => bytes.setUint8(i, value));
  else data.forEach((value, i) => bytes.setUint16(2 * i, value, true));
  return createHash("sha256").update(bytes).digest("hex");
}

const refuses = (bytes: Uint8Array, message: RegExp, options?: JpegOptions) =>
  assert.throws(() => decodeJpeg(bytes, options), { name: "Error", message });

/** Place of a segment's marker. */
function segmentAt(bytes: Uint8Array, marker: number): number {
  for (let at = 2; at < bytes.length; at += 2 + bytes[at + 2] * 256 + bytes[at + 3]) {
    if (bytes[at + 1] === marker) return at;
  }
  throw new Error(`no segment ${marker.toString(16)}`);
}

/** A copy with other bytes from a place on. */
function withBytes(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

Deno.test("each kind of JPEG gives libjpeg-turbo's samples, every one", () => {
  for (const one of cases) {
    const image = decodeCase(one);
    assert.deepEqual([image.height, image.width, image.channels], one.shape, one.name);
    assert.equal(digest(image), one.sha256, one.name);
  }
});

Deno.test("a header gives size, depth, process and orientation", () => {
  for (const { name, jpeg, shape, orientation = 1 } of cases) {
    const header = readJpegHeader(bytesIn(jpeg));
    assert.deepEqual(
      [header.height, header.width, header.components, header.orientation],
      [...shape, orientation],
      name,
    );
  }
  const kinds = ["grey 8x8", "12 bits grey", "progressive grey", "lossless of 16 bits, predictor 1", "arithmetic"];
  const headers = kinds.map((name) => readJpegHeader(jpegNamed(name)));
  assert.deepEqual(headers.map(({ process }) => process), [
    "baseline",
    "extended",
    "progressive",
    "lossless",
    "extended",
  ]);
  assert.deepEqual(headers.map(({ bits }) => bits), [8, 12, 8, 16, 8]);
  assert.deepEqual(headers.map(({ arithmetic }) => arithmetic), [false, false, false, false, true]);
  assert.deepEqual(["CMYK", "YCCK", "grey 8x8"].map((name) => readJpegHeader(jpegNamed(name)).transform), [
    0,
    2,
    undefined,
  ]);
});

Deno.test("an image says what its channels are", () => {
  const colours = ["grey 8x8", "progressive 444", "CMYK", "YCCK"].map((name) => decodeJpeg(jpegNamed(name)).colour);
  assert.deepEqual(colours, ["grey", "rgb", "cmyk", "cmyk"]);
  assert.equal(decodeJpeg(jpegNamed("CMYK"), { colour: "raw" }).colour, "unknown");
});

Deno.test("CMYK as it is stored is the inverse of Adobe's", () => {
  const adobe = decodeJpeg(jpegNamed("CMYK")).data, raw = decodeJpeg(jpegNamed("CMYK"), { colour: "raw" }).data;
  assert.deepEqual(raw, adobe.map((value) => 255 - value));
});

Deno.test("a JPEG that is cut off is refused, with the row at which it ends", () => {
  const baseline = jpegNamed("restarts after each row");
  refuses(baseline.subarray(0, baseline.length - 20), /^it is cut off: its data end in row 33 of 33; copy it again/);
  refuses(baseline.subarray(0, 20), /^it ends after 20 bytes, within its header$/);
  const progressive = jpegNamed("progressive 420");
  refuses(progressive.subarray(0, progressive.length - 2), /^it is cut off: its end is missing/);
  refuses(progressive.subarray(0, progressive.length - 40), /^it is cut off: its data end in row \d+ of 33/);
  for (let length = 0; length < baseline.length - 2; length += 7) refuses(baseline.subarray(0, length), /./);
});

Deno.test("damaged data are refused, with their row", () => {
  const bytes = jpegNamed("restarts after each block"), start = segmentAt(bytes, 0xda) + 14;
  refuses(bytes.subarray(0, start), /^it is cut off: 0 bytes cannot hold 40 × 33 pixels/);
  // The first restart marker is missing.
  const marker = bytes.findIndex((byte, i) => i > start && byte === 0xff && bytes[i + 1] === 0xd0);
  refuses(withBytes(bytes, marker + 1, 0xd3), /^its compressed data are damaged in row 1 of 33: copy it again/);
});

Deno.test("what a header says is refused by name where it is not read", () => {
  const bytes = jpegNamed("colour 444 17x19"), frame = segmentAt(bytes, 0xc0);
  const changed: [number, number[], RegExp][] = [
    [1, [0xc5], /^it is a hierarchical JPEG: save it as PNG/],
    [1, [0xcb], /^it is a lossless JPEG with arithmetic coding: save it as PNG/],
    [1, [0xf7], /^it is a JPEG-LS file: save it as PNG/],
    [1, [0xf2], /^it has a segment FFF2, which common JPEGs lack: if it is not damaged, save it as PNG/],
    [4, [10], /^it has 10 bits per sample, but baseline JPEGs have 8 or 12: save it as PNG/],
    [5, [0, 0], /^it states its height only after its pixels \(DNL\): save it again/],
    [7, [0, 0], /^its header gives a size of 0 × 19 pixels/],
    [
      11,
      [0x31, 0, 2, 0x21],
      /^its component 2 has the sampling factors 2 × 1, which do not divide the largest, 3 × 1: save it as PNG/,
    ],
    [11, [0x51], /^its component 1 has the sampling factors 5 × 1: it is damaged/],
    [12, [3], /^its component 1 uses the quantisation table 3, which is missing/],
  ];
  for (const [place, values, message] of changed) refuses(withBytes(bytes, frame + place, ...values), message);
  const scan = segmentAt(bytes, 0xda);
  refuses(withBytes(bytes, scan + 5, 9), /^a scan names the component 9, which its frame lacks/);
  refuses(withBytes(bytes, scan + 6, 0x30), /^a scan uses the Huffman table 3, which is missing/);
  refuses(bytes.subarray(2), /^it does not start like a JPEG/);
  refuses(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), /^it contains no picture/);
  const jfif = bytes.subarray(2, 20);
  const lossless = jpegNamed("lossless, predictor 1");
  const ycc = Uint8Array.of(0xff, 0xd8, ...jfif, ...lossless.subarray(2));
  refuses(ycc, /^it is a lossless JPEG in YCbCr, whose colours other programs do not convert/);
  assert.equal(decodeJpeg(ycc, { colour: "raw" }).channels, 3);
});

Deno.test("sizes are limited before anything is decoded", () => {
  const bytes = jpegNamed("grey 8x8"), frame = segmentAt(bytes, 0xc0);
  const large = withBytes(bytes, frame + 5, 0xff, 0xff, 0xff, 0xff);
  refuses(large, /^65535 × 65535 pixels are more than 100,000,000: cut it into tiles$/, { maxPixels: 1e8 });
  refuses(large, /^it is cut off: \d+ bytes cannot hold 65535 × 65535 pixels/);
  assert.equal(decodeJpeg(bytes, { maxPixels: 64 }).data.length, 64);
});

Deno.test("a progressive JPEG with scans without end is refused", () => {
  const bytes = jpegNamed("progressive grey"), scan = segmentAt(bytes, 0xda);
  let end = scan + 2;
  while (bytes[end] !== 0xff || bytes[end + 1] === 0) end++;
  const repeated = Array.from({ length: 1001 }, () => [...bytes.subarray(scan, end)]).flat();
  refuses(
    Uint8Array.of(...bytes.subarray(0, scan), ...repeated, ...bytes.subarray(end)),
    /^it has far more progressive scans than a picture needs: save it as PNG$/,
  );
});

Deno.test("500 damaged JPEGs give an image or a sentence", () => {
  const random = new Random(11);
  let decoded = 0;
  for (let i = 0; i < 500; i++) {
    const { jpeg, name } = cases[i % cases.length];
    const bytes = bytesIn(jpeg);
    // Half of them near the start, where the tables are, half anywhere.
    const reach = i % 2 ? bytes.length : Math.min(bytes.length, 300);
    for (let changes = 1 + random.integer(3); changes > 0; changes--) {
      bytes[2 + random.integer(reach - 2)] = random.integer(256);
    }
    try {
      const { width, height, channels, data } = decodeJpeg(bytes, { maxPixels: 1e6 });
      assert.equal(data.length, width * height * channels);
      decoded++;
    } catch (error) {
      assert.ok(error instanceof Error && error.name === "Error", `${name}: ${error}`);
      assert.match(error.message, /^[a-z0-9].* /);
    }
  }
  assert.ok(decoded > 50 && decoded < 450, `${decoded} of 500 gave an image`);
});
