import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeChannels, decodeImage, openImage, readImageHeader } from "lib/images";
import { pagePlace } from "lib/images/stack_axes.ts";
import { tiffChannels } from "lib/images/source/tiff_channels.ts";
import { temporaryFolder } from "../../../io/temporary_folder.ts";
import { writeTiff } from "./write_tiff.ts";

/** A file whose page k has the value k, with an OME description. */
const withOme = (xml: string, pages: number, description = `<?xml version="1.0"?><OME>${xml}</OME>`) =>
  writeTiff(Array.from({ length: pages }, (_, k) => ({
    width: 3,
    height: 2,
    data: new Uint8Array(6).fill(k),
    ...(k === 0 && { description }),
  })));

const image = (sizes: string, inside = "", order = "XYZCT") =>
  `<Image><Pixels DimensionOrder="${order}" ${sizes}>${inside}</Pixels></Image>`;

/** The channel, z and t of each page. */
const places = (...pages: number[][]) =>
  pages.map(([c, z, t = 0], page) =>
    `<TiffData FirstC="${c}" FirstZ="${z}" FirstT="${t}" IFD="${page}" PlaneCount="1"/>`
  ).join("");

/** The values of a channel in each picture. */
async function values(bytes: Uint8Array, channel: number): Promise<number[]> {
  const { pages } = await readImageHeader(bytes, "a.ome.tif");
  const read = Array.from(
    { length: pages },
    (_, page) => decodeImage(bytes, "a.ome.tif", { page, channels: [channel] }),
  );
  return (await Promise.all(read)).map(({ data }) => data[0]);
}

Deno.test("channels of a picture have the place that OME's TiffData states, whatever the order of pages", async () => {
  const data = places([0, 0], [0, 1], [0, 2], [1, 2], [1, 1], [1, 0]);
  const bytes = withOme(image('SizeC="2" SizeZ="3" SizeT="1"', data), 6);
  assert.deepEqual([await values(bytes, 1), await values(bytes, 2)], [[0, 1, 2], [5, 4, 3]]);
});

Deno.test("pictures are in the order of their places, and of OME's axes", async () => {
  const down = withOme(image('SizeC="1" SizeZ="3" SizeT="1"', places([0, 2], [0, 1], [0, 0])), 3);
  assert.deepEqual(await values(down, 1), [2, 1, 0]);
  const data = places([0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]), sizes = 'SizeC="1" SizeZ="2" SizeT="2"';
  for (
    const [order, expected, first] of [["XYZTC", [0, 2, 1, 3], "z"], ["XYTZC", [0, 1, 2, 3], "t"]] as const
  ) {
    const bytes = withOme(image(sizes, data, order), 4);
    assert.deepEqual(await values(bytes, 1), expected, order);
    assert.deepEqual((await readImageHeader(bytes, "a.ome.tif")).axes, { z: 2, t: 2, first });
  }
});

Deno.test("planes, times and channels are those of OME's order of dimensions, of all six", async () => {
  const sizes = { Z: 2, T: 3, C: 2 } as const;
  for (const order of ["ZTC", "ZCT", "TZC", "TCZ", "CZT", "CTZ"]) {
    const bytes = withOme(image('SizeC="2" SizeZ="2" SizeT="3"', "", `XY${order}`), 12);
    const first = order.indexOf("Z") < order.indexOf("T") ? "z" : "t";
    assert.deepEqual((await readImageHeader(bytes, "a.ome.tif")).axes, { z: 2, t: 3, first }, order);
    const [a, b, c] = order.split("") as (keyof typeof sizes)[];
    for (const C of [0, 1]) {
      const expected = Array.from({ length: 6 }, (_, page) => {
        const { z: Z, t: T } = pagePlace({ z: 2, t: 3, first }, page), place = { Z, T, C };
        return place[a] + sizes[a] * (place[b] + sizes[b] * place[c]);
      });
      assert.deepEqual(await values(bytes, C + 1), expected, order);
    }
  }
});

const refused = (xml: string, pages: number, message: string) =>
  assert.rejects(readImageHeader(withOme(xml, pages), "a.ome.tif"), {
    name: "ImageError",
    message: `a.ome.tif cannot be read: ${message}`,
  });

Deno.test("channels at different planes are refused", async () => {
  await refused(
    image('SizeC="2" SizeZ="3" SizeT="1"', places([0, 1], [0, 2], [1, 0], [1, 1])),
    4,
    "its OME description gives channel 2 a plane at z 0 and t 0, counted from 0, but channel 1 none there: " +
      "save each channel as a file",
  );
});

Deno.test("images of one file with different numbers of channels are refused", async () => {
  const one = image('SizeC="1" SizeZ="2" SizeT="1"', places([0, 0], [0, 1]));
  const two = image(
    'SizeC="2" SizeZ="1" SizeT="1"',
    '<Channel SamplesPerPixel="1"/><TiffData IFD="2" FirstC="0"/><TiffData IFD="3" FirstC="1"/>',
  );
  await refused(one + two, 4, "it contains several series, one of them with 2 channels: save each as a file");
  await refused(two + two, 4, "it contains several series, one of them with 2 channels: save each as a file");
  // A picture in red, green and blue is one page.
  const colours = image(
    'SizeC="3" SizeZ="2" SizeT="1"',
    '<Channel SamplesPerPixel="3"/><TiffData IFD="2" PlaneCount="2"/>',
  );
  for (const other of [one, colours]) {
    assert.equal((await readImageHeader(withOme(one + other, 4), "a.ome.tif")).pages, 4);
  }
});

Deno.test("of several files that share a description, each has its own image", async () => {
  const named = (uuid: string, sizes: string) =>
    image(
      sizes,
      `<TiffData IFD="0" PlaneCount="3"><UUID FileName="${uuid}.ome.tif">urn:uuid:${uuid}</UUID></TiffData>`,
    );
  const both = named("a", 'SizeC="1" SizeZ="3" SizeT="1"') + named("b", 'SizeC="3" SizeZ="1" SizeT="1"');
  const open = async (uuid: string) => {
    const bytes = withOme("", 3, `<?xml version="1.0"?><OME UUID="urn:uuid:${uuid}">${both}</OME>`);
    const { pages, channels } = await readImageHeader(bytes, "a.ome.tif");
    return [pages, channels];
  };
  assert.deepEqual(await open("a"), [3, 1]);
  assert.deepEqual(await open("b"), [1, 3]);
  // A file with another name for itself has the first.
  assert.deepEqual(await open("c"), [3, 1]);
});

Deno.test("pages that another file describes are refused, unless it is one", async () => {
  const xml = '<BinaryOnly MetadataFile="x.companion.ome" UUID="urn:uuid:1"/>';
  await refused(
    xml,
    2,
    "its channels are described in x.companion.ome, which is not read: save it with its own description, or each page " +
      "as a file",
  );
  assert.equal((await readImageHeader(withOme(xml, 1), "a.ome.tif")).pages, 1);
});

/** Two channels in red, green and blue at two planes: channel k of plane z has the value 10 z + k + 1. */
const twoInColour = (inside = "") =>
  writeTiff(Array.from({ length: 4 }, (_, page) => ({
    width: 3,
    height: 2,
    photometric: 2,
    data: Uint8Array.from({ length: 18 }, (_, i) => 10 * Math.floor(page / 2) + 3 * (page % 2) + i % 3 + 1),
    ...(page === 0 && {
      description: '<?xml version="1.0"?><OME>' +
        image(
          'SizeC="6" SizeZ="2" SizeT="1"',
          '<Channel SamplesPerPixel="3"/><Channel SamplesPerPixel="3"/>' + inside,
          "XYCZT",
        ) + "</OME>",
    }),
  })));

Deno.test("channels that are red, green and blue each are counted over their samples", async () => {
  // Some writers count a channel's position in planes, others in samples.
  for (const second of [undefined, 1, 3]) {
    const bytes = twoInColour(second === undefined ? "" : places([0, 0], [second, 0], [0, 1], [second, 1]));
    const { pages, channels, axes } = await readImageHeader(bytes, "a.ome.tif");
    assert.deepEqual([pages, channels, axes], [2, 6, { z: 2, t: 1, first: "z" }]);
    for (let channel = 1; channel <= 6; channel++) {
      assert.deepEqual(await values(bytes, channel), [channel, 10 + channel]);
    }
    const colours = await decodeImage(bytes, "a.ome.tif", { page: 1, channels: [4, 5, 6] });
    assert.deepEqual([colours.channels, ...colours.data.subarray(0, 6)], [3, 14, 15, 16, 14, 15, 16]);
    const all = await decodeChannels(bytes, "a.ome.tif");
    assert.deepEqual([all.channels, ...all.data.subarray(0, 6)], [6, 1, 2, 3, 4, 5, 6]);
    await assert.rejects(decodeImage(bytes, "a.ome.tif"), {
      message:
        "a.ome.tif cannot be read: it has 6 channels that are not red, green, blue: choose one to segment with " +
        "--channels 1 to 6, or three as red, green, blue, such as --channels 1,2,3",
    });
  }
});

Deno.test("part by part, channels over several samples are those of the whole image", async () => {
  await using folder = await temporaryFolder();
  const bytes = twoInColour(), path = join(folder.path, "a.ome.tif");
  await Deno.writeFile(path, bytes);
  for (const channels of [[1], [5], [6, 1, 3]]) {
    using source = await openImage(path, { page: 1, channels });
    const { data } = await source.read({ x: 0, y: 0, width: 3, height: 2 });
    assert.deepEqual(data, (await decodeImage(bytes, path, { page: 1, channels })).data);
  }
  const all = await decodeChannels(bytes, path, { page: 1 }), source = await tiffChannels(bytes, path, { page: 1 });
  assert.equal(source.channels, 6);
  for (const channels of [[0, 1, 2, 3, 4, 5], [2], [1, 3, 5]]) {
    const { data } = await source.read({ x: 1, y: 0, width: 2, height: 2 }, channels);
    const expected = [1, 2, 4, 5].flatMap((pixel) => channels.map((channel) => all.data[6 * pixel + channel]));
    assert.deepEqual([...data], expected);
  }
});

Deno.test("channels with different numbers of samples are refused", async () => {
  const inside = '<Channel SamplesPerPixel="3"/><Channel SamplesPerPixel="1"/>';
  await refused(
    image('SizeC="4" SizeZ="1" SizeT="1"', inside),
    2,
    "its channels have 3 and 1 samples per pixel: save each channel as a file",
  );
});
