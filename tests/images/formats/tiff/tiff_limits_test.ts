import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { unzipSync } from "fflate";
import { ImageError } from "lib";
import { decodeImage, decodeLabels, readImageHeader } from "lib/images";
import { withTag } from "./with_tag.ts";
import { type TiffPage, writeTiff } from "./write_tiff.ts";

const refuses = (work: Promise<unknown>, message: RegExp) =>
  assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof ImageError, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

const page = (value: number, more: Partial<TiffPage> = {}): TiffPage => ({
  width: 8,
  height: 6,
  data: new Uint8Array(48).fill(value),
  ...more,
});

Deno.test("a Node Buffer is read as any bytes are, and left as it was", async () => {
  const data = Uint16Array.from({ length: 48 }, (_, i) => 1000 + i);
  const bytes = Buffer.from(writeTiff([page(0, { data })])), before = Buffer.from(bytes);
  assert.deepEqual((await decodeImage(bytes, "a.tif")).data, data);
  assert.ok(bytes.equals(before));
});

Deno.test("an array that holds another file by now is read anew", async () => {
  const [first, second] = [page(5), page(7, { width: 6, height: 8 })].map((one) => writeTiff([one]));
  const bytes = new Uint8Array(Math.max(first.length, second.length));
  for (const [file, width, value] of [[first, 8, 5], [second, 6, 7]] as const) {
    bytes.set(file);
    const image = await decodeImage(bytes, "a.tif");
    assert.deepEqual([image.width, image.data[0]], [width, value]);
  }
});

Deno.test("more channels or planes than pages are refused before anything is made for them", async () => {
  const pages = (description: string, count: number) =>
    writeTiff(Array.from({ length: count }, (_, i) => page(i, i ? {} : { description })));
  await refuses(
    readImageHeader(pages("ImageJ=1.54f\nimages=2\nchannels=400000000\n", 2), "a.tif"),
    /a\.tif cannot be read: its description states 2 planes in 400000000 channels, but it has 2 pages/,
  );
  await refuses(
    readImageHeader(pages("ImageJ=1.54f\nimages=4\nchannels=2\n", 6), "b.tif"),
    /states 4 planes in 2 channels, but it has 6 pages: save each series, or each channel, as a file/,
  );
  const later = writeTiff([page(1), page(2, { description: `{"shape": [2, 6, 8], "axes": "CYX"}` }), page(3)]);
  await refuses(readImageHeader(later, "c.tif"), /it contains several series, one of them with 2 channels/);
});

/** Pages as tifffile.imwrite writes them, with a description of the first. */
const written = (
  description: string,
  { width = 5, height = 30, pages = 20, samples = 1, software = "tifffile.py" } = {},
) =>
  writeTiff(Array.from({ length: pages }, (_, i) => ({
    width,
    height,
    data: new Uint8Array(width * height * samples),
    ...(i === 0 && { description, software }),
  })));

Deno.test("an image whose channels tifffile took for columns is refused with the way out", async () => {
  // An array of 20 rows, 30 columns and a few channels.
  for (const width of [2, 3, 5, 15]) {
    await refuses(
      readImageHeader(written(`{"shape": [20, 30, ${width}]}`, { width }), "a.tif"),
      new RegExp(
        `a\\.tif cannot be read: tifffile wrote its ${width} channels as 20 pages of ${width} × 30 pixels: .*planarconfig="contig"`,
      ),
    );
  }
  await refuses(readImageHeader(written(""), "a.tif"), /wrote its 5 channels as 20 pages/);
  for (
    const [description, sizes] of [
      [`{"shape": [20, 30, 5], "axes": "ZYX"}`, {}],
      [`{"shape": [20, 30, 16]}`, { width: 16 }],
      [`{"shape": [15, 30, 5]}`, { pages: 15 }],
      [`{"shape": [20, 15, 5]}`, { height: 15 }],
      ["", { software: "another" }],
      ["ImageJ=1.54f\nimages=20\nslices=20\n", {}],
    ] as const
  ) {
    const { pages } = await readImageHeader(written(description, sizes), "b.tif");
    assert.ok(pages >= 15, description);
  }
});

Deno.test("an image whose rows tifffile took for channels is refused with the way out", async () => {
  const ome = `<?xml version="1.0"?><OME><Image><Pixels DimensionOrder="XYCZT" SizeC="20" SizeZ="1" SizeT="1">` +
    `<TiffData IFD="0" PlaneCount="20"/></Pixels></Image></OME>`;
  for (const description of ["ImageJ=1.11a\nimages=20\nchannels=20\nhyperstack=true\n", ome]) {
    await refuses(
      readImageHeader(written(description), "a.tif"),
      /wrote its 5 channels as 20 channels of 5 × 30 pixels: write it again with its channels before its rows, by numpy\.moveaxis\(image, -1, -3\)/,
    );
    assert.equal((await readImageHeader(written(description, { software: "another" }), "b.tif")).channels, 20);
  }
});

Deno.test("pages that do not have the rows and columns of tifffile's axes are refused", async () => {
  const sizes = { width: 48, height: 6, pages: 3 };
  await refuses(
    readImageHeader(written(`{"shape": [3, 6, 48], "axes": "YXC"}`, sizes), "a.tif"),
    /its axes are YXC, but tifffile wrote it as 3 pages of 48 × 6 pixels: write it again with planarconfig="contig"/,
  );
  await refuses(
    readImageHeader(written(`{"shape": [3, 6, 48], "axes": "YXZ"}`, sizes), "a.tif"),
    /its axes are YXZ, .*: write it again with its axes in the order TZCYX, by numpy\.moveaxis/,
  );
  // Its planes would be colours.
  await refuses(
    readImageHeader(written(`{"shape": [6, 48, 3], "axes": "YXZ"}`, { ...sizes, pages: 1, samples: 3 }), "a.tif"),
    /its axes are YXZ, but tifffile wrote it as 1 page of 48 × 6 pixels in 3 channels/,
  );
  for (const axes of ["ZYX", "TYX", "ZXY", "QYX", "CYX"]) {
    await readImageHeader(written(`{"shape": [3, 6, 48], "axes": "${axes}"}`, sizes), "b.tif");
  }
  const { channels } = await readImageHeader(
    written(`{"shape": [6, 48, 5], "axes": "YXC"}`, { ...sizes, pages: 1, samples: 5 }),
    "b.tif",
  );
  assert.equal(channels, 5);
});

Deno.test("white is zero in each of several channels, in pages and in samples, unless ImageJ wrote them", async () => {
  const channel = async (bytes: Uint8Array) => (await decodeImage(bytes, "a.tif", { channels: [2] })).data[0];
  const pages = (description: string) =>
    writeTiff([page(10, { photometric: 0, description }), page(20, { photometric: 0 })]);
  assert.equal(await channel(pages(`{"shape": [2, 6, 8], "axes": "CYX"}`)), 235);
  assert.equal(await channel(pages("ImageJ=1.54f\nimages=2\nchannels=2\n")), 20);
  const data = Uint8Array.from({ length: 96 }, (_, i) => i % 2 ? 20 : 10);
  assert.equal(await channel(writeTiff([page(0, { photometric: 0, data })])), 235);
});

Deno.test("tifffile's description counts behind that of the user", async () => {
  const shape = `{"shape": [2, 6, 8], "axes": "CYX"}`;
  for (const own of ["cells of day 3", `{"day": 3}`, "day 3"]) {
    const bytes = writeTiff([page(1, { description: [own, shape] }), page(2)]);
    const { pages, channels } = await readImageHeader(bytes, "a.tif");
    assert.deepEqual([pages, channels], [1, 2]);
    assert.equal((await decodeImage(bytes, "a.tif", { channels: [2] })).data[0], 2);
  }
  const later = writeTiff([page(1), page(2, { description: ["day 3", shape] }), page(3)]);
  await refuses(readImageHeader(later, "c.tif"), /it contains several series, one of them with 2 channels/);
});

Deno.test("OME's TiffData says which channel a run of pages holds, whatever their order", async () => {
  const ome = (data: string, sizes = `SizeC="2" SizeZ="2" SizeT="1"`) =>
    `<?xml version="1.0"?><OME UUID="urn:uuid:1"><Image><Pixels DimensionOrder="XYZCT" ${sizes}>${data}</Pixels></Image></OME>`;
  const file = (data: string, pages = 4) =>
    writeTiff(Array.from({ length: pages }, (_, i) => page(10 * i + 10, i ? {} : { description: ome(data) })));
  const reversed = file(
    `<TiffData IFD="0" FirstC="1" PlaneCount="2"/><TiffData IFD="2" FirstC="0" PlaneCount="2"/>`,
  );
  const values = async (bytes: Uint8Array, at: number) =>
    await Promise.all(
      [1, 2].map(async (c) => (await decodeImage(bytes, "o.tif", { page: at, channels: [c] })).data[0]),
    );
  assert.deepEqual([await values(reversed, 0), await values(reversed, 1)], [[30, 10], [40, 20]]);
  assert.deepEqual([await values(file("<TiffData/>"), 0), await values(file(""), 1)], [[10, 30], [20, 40]]);
  const uuid = (name: number) => `<UUID FileName="${name}.tif">urn:uuid:${name}</UUID>`;
  const shared = file(
    `<TiffData IFD="0" FirstC="0" PlaneCount="2">${uuid(1)}</TiffData><TiffData IFD="0" FirstC="1" PlaneCount="2">${
      uuid(2)
    }</TiffData>`,
    2,
  );
  assert.deepEqual(await readImageHeader(shared, "s.tif").then(({ pages, channels }) => [pages, channels]), [2, 1]);
  await refuses(
    readImageHeader(file(`<TiffData IFD="0" FirstC="1"/>`), "p.tif"),
    /its OME description does not state the channel of each page/,
  );
});

Deno.test("directories, strips and tiles that ask for far more than a file holds are refused", async () => {
  const plain = writeTiff([page(1, { deflate: true })]);
  const tiles = withTag(writeTiff([page(1, { tile: 16, deflate: true })]), 322, 4000);
  await refuses(
    decodeImage(withTag(tiles, 323, 1_000_000), "t.tif"),
    /its tiles are 4000 × 1000000 pixels, but its picture is 8 × 6/,
  );
  const wide = writeTiff([page(0, { width: 1, height: 1, data: new Uint8Array(400), tile: 16, deflate: true })]);
  await refuses(
    decodeImage(withTag(withTag(wide, 322, 1000), 323, 1000), "w.tif", { channels: [1] }),
    /its tiles take 400000000 bytes each, but its picture only 400/,
  );
  // A second directory that begins within the first.
  const view = new DataView(plain.buffer), at = view.getUint32(4, true), count = view.getUint16(at, true);
  view.setUint32(at + 2 + 12 * count, at + 12, true);
  await refuses(readImageHeader(plain, "d.tif"), /its directory \d+ (is|ends)/);
});

Deno.test("a description of endless tags takes no time", async () => {
  for (const description of ["<OME><Pixels ".padEnd(4e6, "<Pixels "), `<OME>${"<TiffData ".repeat(4e5)}`]) {
    assert.equal((await decodeImage(writeTiff([page(3, { description })]), "x.tif")).data[0], 3);
  }
});

Deno.test("compressions that can change values are refused for masks, and taken for images", async () => {
  const archive = unzipSync(await Deno.readFile(new URL("../../../fixtures/images.zip", import.meta.url)));
  for (const [kind, name] of Object.entries({ "jpeg2000-u1": "JPEG 2000", "lerc-f4": "LERC", "webp-rgb": "WebP" })) {
    const file = Object.keys(archive).find((path) => path.includes(kind))!;
    assert.ok((await decodeImage(archive[file], file)).width > 0);
    await refuses(decodeLabels(archive[file], file), new RegExp(`its compression is ${name}, which can change a mask`));
  }
});
