import assert from "node:assert/strict";
import { decodeImage, decodeLabels, readImageHeader } from "lib/images";
import { encodeLabelTiff, encodeProbabilityTiff, ObjectFileError, tiffFlavour } from "lib/objects";
import { OptionError } from "lib/io/option_error.ts";
import { TiffWriter } from "lib/objects/formats/tiff/tiff_writer.ts";

const labels = (width: number, height: number, seed: number) => ({
  width,
  height,
  data: Uint16Array.from({ length: width * height }, (_, i) => (i * i + seed) % 999),
});

for (const flavour of ["imagej", "ome"] as const) {
  Deno.test(`labels, pages and pixel size in the TIFF for ${flavour} are read back`, async () => {
    // More than one strip for each page.
    const pages = [labels(700, 400, 1), labels(700, 400, 2), labels(700, 400, 3)];
    const tiff = encodeLabelTiff(pages, { flavour, pixelSize: 0.325, name: "µ <a>" });
    const header = await readImageHeader(tiff, "labels.tif");
    assert.deepEqual([header.width, header.height, header.pages], [700, 400, 3]);
    assert.ok(Math.abs(header.pixelSize! - 0.325) < 1e-15);
    for (const [page, expected] of pages.entries()) {
      assert.deepEqual(await decodeLabels(tiff, "labels.tif", { page }), expected);
    }
  });

  Deno.test(`probabilities of classes in the TIFF for ${flavour} are read back as channels`, async () => {
    const data = Float32Array.from({ length: 2 * 5 * 4 * 3 }, (_, i) => i / 60);
    const pages = [{ width: 5, height: 4, data: data.slice(0, 60) }, { width: 5, height: 4, data: data.slice(60) }];
    const tiff = encodeProbabilityTiff(pages, { flavour, classes: ["a", "b", "ü"] });
    const header = await readImageHeader(tiff, "p.tif");
    assert.deepEqual([header.pages, header.channels, header.pixelSize], [2, 3, undefined]);
    for (const [page, expected] of pages.entries()) {
      assert.deepEqual((await decodeImage(tiff, "p.tif", { page, channels: [1, 2, 3] })).data, expected.data);
    }
  });
}

Deno.test("labels are stored in 32 bits only if one exceeds 65,535", async () => {
  const data = Uint32Array.of(0, 65_535, 7, 1);
  const small = encodeLabelTiff([{ width: 2, height: 2, data }]);
  assert.deepEqual((await decodeLabels(small, "a.tif")).data, Uint16Array.from(data));
  assert.equal((await decodeImage(small, "a.tif")).bits, 16);
  const large = encodeLabelTiff([{ width: 2, height: 2, data: data.map((label) => label && label + 1) }]);
  assert.deepEqual((await decodeImage(large, "a.tif")).data, Float32Array.of(0, 65_536, 8, 2));
});

Deno.test("a pixel size with different sides is stored, and one that is not positive is refused", () => {
  const page = labels(3, 3, 0);
  const xml = new TextDecoder().decode(encodeLabelTiff([page], { flavour: "ome", pixelSize: [0.5, 0.25] }));
  assert.match(xml, /PhysicalSizeX="0.25" .*PhysicalSizeY="0.5"/);
  assert.throws(() => encodeLabelTiff([page], { pixelSize: 0 }), OptionError);
});

Deno.test("pages of different sizes, and no page at all, are refused", () => {
  assert.throws(
    () => encodeLabelTiff([labels(3, 3, 0), labels(3, 4, 0)]),
    (error) => error instanceof ObjectFileError && /Page 2 is 3 × 4, but the first is 3 × 3/.test(error.message),
  );
  assert.throws(() => encodeLabelTiff([]), ObjectFileError);
});

Deno.test("rows that arrive in pieces give the same file", () => {
  const { width, height, data } = labels(300, 500, 5);
  const write = (rowsAtOnce: number) => {
    const writer = new TiffWriter({ width, height, samples: "uint16" });
    for (let y = 0; y < height; y += rowsAtOnce) writer.add(data.subarray(y * width, (y + rowsAtOnce) * width));
    return writer.finish(new Map(), new Map());
  };
  assert.deepEqual(write(7), write(500));
});

Deno.test("a file's name decides whose description its TIFF has", () => {
  assert.deepEqual(["a.tif", "a.OME.TIFF", "ome.tif"].map(tiffFlavour), ["imagej", "ome", "imagej"]);
});
