import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { ImageError } from "lib";
import { decodeImage, type Image, imageSource, openImage, type Rectangle } from "lib/images";
import { tiffSource } from "lib/images/source/tiff_source.ts";
import { tiff } from "lib/images/formats/tiff/tiff.ts";
import { writeTiff } from "../formats/tiff/write_tiff.ts";

const fixtures = new URL("../../fixtures/", import.meta.url);
const archive = unzipSync(await Deno.readFile(new URL("images.zip", fixtures)));
const { files } = JSON.parse(await Deno.readTextFile(new URL("images.json", fixtures))) as {
  files: { file: string; reads: { page: number; channels?: number[] }[] }[];
};

/** Parts at the corners, in the middle, of one row, of one column, and the whole. */
function parts({ width, height }: Image): Rectangle[] {
  const third = (side: number) => Math.max(1, Math.floor(side / 3));
  const w = third(width), h = third(height);
  return [
    { x: 0, y: 0, width, height },
    { x: 0, y: 0, width: w, height: h },
    { x: width - w, y: height - h, width: w, height: h },
    { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h },
    { x: 0, y: height - 1, width, height: 1 },
    { x: width - 1, y: 0, width: 1, height },
  ];
}

async function attempt<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    assert.ok(error instanceof ImageError, `${error}`);
    return error.message;
  }
}

Deno.test("parts of every TIFF of the fixtures are those of the whole image", async () => {
  let compared = 0;
  for (const { file, reads } of files) {
    const bytes = archive[file];
    if (!bytes || !tiff.matches(bytes)) continue;
    for (const { page, channels } of reads) {
      const options = { page, channels }, whole = await attempt(() => decodeImage(bytes, file, options));
      const source = await attempt(() => tiffSource(bytes, file, options));
      if (typeof whole === "string") {
        // Damage may lie in a part that opening does not read.
        const end = typeof source === "string"
          ? source
          : await attempt(() => source.read({ x: 0, y: 0, width: source.width, height: source.height }));
        assert.equal(end, whole);
        continue;
      }
      assert.ok(typeof source !== "string", `${file}: ${source}`);
      assert.deepEqual(
        [source.width, source.height, source.channels, source.bits, source.pixelSize],
        [whole.width, whole.height, whole.channels, whole.bits, whole.pixelSize],
        file,
      );
      for (const part of parts(whole)) {
        const read = await source.read(part), expected = await imageSource(whole).read(part);
        assert.deepEqual(read, expected, `${file} ${JSON.stringify(part)}`);
        compared++;
      }
    }
  }
  assert.ok(compared > 300, `${compared}`);
});

Deno.test("a part outside the image is refused", async () => {
  const bytes = writeTiff([{ width: 8, height: 6, data: new Uint8Array(48) }]);
  const source = await tiffSource(bytes, "a.tif");
  for (const part of [{ x: 1, y: 0, width: 8, height: 6 }, { x: 0, y: -1, width: 1, height: 1 }]) {
    await assert.rejects(
      async () => await source.read(part),
      /^ImageError: The part of \d+ × \d+ pixels at .* is outside the image of 8 × 6$/,
    );
  }
});

Deno.test("a file on disk is read as bytes in memory are", async () => {
  const folder = await Deno.makeTempDir();
  const data = Uint16Array.from({ length: 90 * 70 }, (_, i) => (i * 7919) % 65536);
  for (const deflate of [false, true]) {
    const path = `${folder}/${deflate}.tif`;
    await Deno.writeFile(path, writeTiff([{ width: 90, height: 70, data, tile: 16, deflate }]));
    using source = await openImage(path);
    const image = await decodeImage(await Deno.readFile(path), path);
    for (const part of parts(image)) assert.deepEqual(await source.read(part), await imageSource(image).read(part));
  }
  await assert.rejects(openImage(`${folder}/none.tif`), /none\.tif cannot be read: No such file/);
  await Deno.remove(folder, { recursive: true });
});
