import assert from "node:assert/strict";
import { decodeImage, readImageHeader } from "lib/images";
import { withTag } from "./with_tag.ts";
import { writeTiff } from "./write_tiff.ts";

const WIDTH = 40, HEIGHT = 30, SIZE = WIDTH * HEIGHT;

/** A stack with one directory for all planes behind it, as ImageJ and tifffile write it; plane k has the value k + 1. */
function oneDirectory(description: string, planes: number): Uint8Array {
  const page = writeTiff([{ width: WIDTH, height: HEIGHT, data: new Uint8Array(SIZE), description }]);
  const bytes = new Uint8Array(page.length + planes * SIZE);
  bytes.set(page);
  for (let k = 0; k < planes; k++) bytes.fill(k + 1, page.length + k * SIZE, page.length + (k + 1) * SIZE);
  return withTag(bytes, 273, page.length);
}

const DESCRIPTIONS = [
  "ImageJ=1.54f\nimages=4\nslices=4\n",
  "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\n",
  '{"shape": [4, 30, 40], "axes": "ZYX", "truncated": true}',
  '{"shape": [2, 2, 30, 40], "axes": "ZCYX", "truncated": true}',
];

Deno.test("a stack with one directory that ends within a later plane is refused as cut off", async () => {
  for (const description of DESCRIPTIONS) {
    const whole = oneDirectory(description, 4);
    const { pages, channels } = await readImageHeader(whole, "a.tif");
    assert.equal(pages * channels, 4, description);
    for (
      const [missing, where] of [[20, "within plane 4"], [SIZE, "after plane 3"], [
        2 * SIZE + 9,
        "within plane 2",
      ]] as const
    ) {
      const cut = whole.slice(0, whole.length - missing), options = { channels: channels === 2 ? [1] : undefined };
      await assert.rejects(decodeImage(cut, "a.tif", options), {
        name: "ImageError",
        message: `a.tif cannot be read: its description states 4 planes, but it ends ${where}: the file is cut off. ` +
          "Copy it again, or save it again in the program that made it",
      });
    }
  }
});

Deno.test("one page that keeps the description of its stack is one page", async () => {
  const [description] = DESCRIPTIONS;
  const behind = oneDirectory(description, 1);
  // Other programs write the directory behind the pixels.
  const before = writeTiff([{ width: WIDTH, height: HEIGHT, data: new Uint8Array(SIZE).fill(1), description }]);
  for (const bytes of [behind, Uint8Array.of(...behind, 0), before]) {
    assert.equal((await readImageHeader(bytes, "a.tif")).pages, 1);
    assert.equal((await decodeImage(bytes, "a.tif")).data[0], 1);
  }
});
