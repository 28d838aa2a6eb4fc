import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import type { SegmentingOptions } from "../../tasks/predict/segmenting_options.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { segment } from "./predict_without_network.ts";

const [width, height] = [4, 3];

/** The mean of each channel of an image that is foreground everywhere, by the columns of its table. */
async function means(
  folder: string,
  bytes: Uint8Array,
  changes: Partial<SegmentingOptions>,
): Promise<Record<string, number>[]> {
  const path = join(folder, "a.tif"), output = await Deno.makeTempDir({ dir: folder });
  await Deno.writeFile(path, bytes);
  const { failures } = await segment(path, output, { products: new Set(["table"]), ...changes });
  assert.deepEqual(failures, []);
  const text = await Deno.readTextFile(join(output, ".predict/a.objects.csv"));
  const rows = text.trim().split("\r\n").map((line) => line.split(","));
  // Each page has its header.
  return rows.flatMap((row, k) => {
    if (row[0] === "image") return [];
    const header = rows.slice(0, k).findLast(([first]) => first === "image")!;
    return [Object.fromEntries(
      header.flatMap((name, i) => name.startsWith("intensity_mean") ? [[name, Number(row[i])]] : []),
    )];
  });
}

const constant = (value: number) => ({ width, height, data: new Uint8Array(width * height).fill(value) });
const mixed = (...values: number[]) =>
  Uint8Array.from({ length: width * height * values.length }, (_, i) => values[i % values.length]);

/** Two channels of two pages, as ImageJ stores them: page by page. */
const planes = [10, 20, 30, 40].map((value, k) => ({
  ...constant(value),
  ...(k === 0 && { description: "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n" }),
}));

for (const maxPixels of [1e8, 10]) {
  const part = maxPixels < 1e8 ? ", part by part" : "";
  Deno.test(`all stored channels are measured, whichever are segmented${part}`, async () => {
    await using folder = await temporaryFolder();
    const measured = (bytes: Uint8Array, ...channels: number[]) =>
      means(folder.path, bytes, { maxPixels, ...(channels.length && { channels }) });
    const two = writeTiff([{ width, height, data: mixed(10, 20) }]);
    for (const channel of [1, 2]) {
      assert.deepEqual(await measured(two, channel), [{ "intensity_mean-0": 10, "intensity_mean-1": 20 }]);
      assert.deepEqual(await measured(writeTiff(planes), channel), [
        { "intensity_mean-0": 10, "intensity_mean-1": 20 },
        { "intensity_mean-0": 30, "intensity_mean-1": 40 },
      ]);
    }
    const four = writeTiff([{ width, height, data: mixed(1, 2, 3, 4) }]);
    const each = { "intensity_mean-0": 1, "intensity_mean-1": 2, "intensity_mean-2": 3, "intensity_mean-3": 4 };
    assert.deepEqual(await measured(four, 4, 2, 1), [each]);

    // An image that needs no choice has the columns of its grey or its three colours.
    assert.deepEqual(await measured(writeTiff([constant(7)])), [{ intensity_mean: 7 }]);
    assert.deepEqual(await measured(writeTiff([constant(7)]), 1), [{ intensity_mean: 7 }]);
    const colour = writeTiff([{ width, height, data: mixed(1, 2, 3), photometric: 2 }]);
    const colours = { "intensity_mean-0": 1, "intensity_mean-1": 2, "intensity_mean-2": 3 };
    for (const channels of [[], [2], [3, 2, 1]]) assert.deepEqual(await measured(colour, ...channels), [colours]);

    // Two channels in red, green and blue are six.
    const ome = '<?xml version="1.0"?><OME><Image><Pixels DimensionOrder="XYCZT" SizeC="6" SizeZ="1" SizeT="1">' +
      '<Channel SamplesPerPixel="3"/><Channel SamplesPerPixel="3"/></Pixels></Image></OME>';
    const twoColours = writeTiff([
      { width, height, data: mixed(1, 2, 3), photometric: 2, description: ome },
      { width, height, data: mixed(4, 5, 6), photometric: 2 },
    ]);
    const six = Object.fromEntries([1, 2, 3, 4, 5, 6].map((value, c) => [`intensity_mean-${c}`, value]));
    for (const channels of [[5], [4, 5, 6]]) assert.deepEqual(await measured(twoColours, ...channels), [six]);
  });
}

Deno.test("transparency is not measured", async () => {
  await using folder = await temporaryFolder();
  const png = encode({ width, height, channels: 4, depth: 8, data: mixed(1, 2, 3, 200) });
  const colours = { "intensity_mean-0": 1, "intensity_mean-1": 2, "intensity_mean-2": 3 };
  assert.deepEqual(await means(folder.path, png, { channels: [2] }), [colours]);
  assert.deepEqual(await means(folder.path, png, {}), [colours]);
});

Deno.test("a page without objects has the columns of all channels", async () => {
  await using folder = await temporaryFolder();
  const empty = {
    parameters: {},
    about: "",
    join: "touch" as const,
    find: () => ({ labels: { width, height, data: new Uint16Array(width * height) }, count: 0 }),
  };
  const headers: string[] = [];
  for (const maxPixels of [1e8, 10]) {
    const path = join(folder.path, "a.tif"), output = join(folder.path, String(maxPixels));
    await Deno.writeFile(path, writeTiff([{ width, height, data: mixed(10, 20) }]));
    await segment(path, output, { maxPixels, channels: [1], products: new Set(["table"]), finder: empty });
    headers.push(await Deno.readTextFile(join(output, ".predict/a.objects.csv")));
  }
  assert.match(headers[0], /,intensity_mean-0,intensity_mean-1,/);
  assert.equal(headers[1], headers[0]);
});
