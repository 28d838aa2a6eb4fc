import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeChannels, decodeImage, decodeLabels, openImage } from "lib/images";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { writeTiff } from "./formats/tiff/write_tiff.ts";

const refuses = (work: Promise<unknown>, message: string) =>
  assert.rejects(work, { name: "ImageError", message: `a.tif cannot be read: ${message}` });

/** A picture of 3 columns and 2 rows whose value at an index is replaced. */
const withValue = (index: number, value: number, channels = 1) => {
  const data = Float32Array.from({ length: 6 * channels }, (_, i) => i);
  data[index] = value;
  return { width: 3, height: 2, data };
};

Deno.test("a value that is no number is named by row and column, and by channel and page if there are several", async () => {
  const plain = writeTiff([withValue(4, NaN)]);
  await refuses(
    decodeImage(plain, "a.tif"),
    "its value in row 2, column 2 (counted from 1) is NaN: replace it by a number",
  );
  const stack = writeTiff([withValue(0, 0, 2), withValue(7, -Infinity, 2)]);
  await decodeChannels(stack, "a.tif", { page: 0 });
  await refuses(
    decodeImage(stack, "a.tif", { page: 1, channels: [1] }),
    "its value in row 2, column 1, channel 2, page 2 (counted from 1) is -Infinity: replace it by a number",
  );
  const large = writeTiff([{ width: 1, height: 2, data: Uint32Array.of(1, 16777217) }]);
  await refuses(
    decodeImage(large, "a.tif"),
    "its value 16777217 in row 2, column 1 (counted from 1) does not fit 32-bit floating point: save it with 16 bits",
  );
});

Deno.test("the place of a value is that in the upright picture", async () => {
  const marked = withValue(3, 9);
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const { data, width } = await decodeImage(writeTiff([{ ...marked, orientation }]), "a.tif"), at = data.indexOf(9);
    await refuses(
      decodeImage(writeTiff([{ ...withValue(3, NaN), orientation }]), "a.tif"),
      `its value in row ${Math.floor(at / width) + 1}, column ${at % width + 1} (counted from 1) is NaN: ` +
        "replace it by a number",
    );
  }
});

Deno.test("a mask names the place of a value that is no label", async () => {
  for (const value of [NaN, Infinity, 1.5, -1]) {
    for (const keepValues of [false, true]) {
      await refuses(
        decodeLabels(writeTiff([withValue(0, 0), withValue(5, value)]), "a.tif", { page: 1, keepValues }),
        `a label mask must contain whole numbers from 0 on, but this one contains ${value} in row 2, column 3, page 2 ` +
          "(counted from 1)",
      );
    }
  }
});

Deno.test("an image that is read part by part names the place in the whole", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.tif");
  await Deno.writeFile(path, writeTiff([withValue(0, 0), { ...withValue(4, NaN), orientation: 3 }]));
  using source = await openImage(path, { page: 1 });
  await source.read({ x: 0, y: 1, width: 3, height: 1 });
  await assert.rejects(source.read({ x: 1, y: 0, width: 2, height: 1 }), {
    message:
      `${path} cannot be read: its value in row 1, column 2, page 2 (counted from 1) is NaN: replace it by a number`,
  });
});
