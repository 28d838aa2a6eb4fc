import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { ImageError } from "lib";
import { type ChannelImage, decodeChannels, type Rectangle } from "lib/images";
import { tiffChannels } from "lib/images/source/tiff_channels.ts";
import { tiff } from "lib/images/formats/tiff/tiff.ts";

const fixtures = new URL("../../fixtures/", import.meta.url);
const archive = unzipSync(await Deno.readFile(new URL("images.zip", fixtures)));

/** Cuts a part out of an image, in some of its channels. */
function cut(image: ChannelImage, { x, y, width, height }: Rectangle, chosen: readonly number[]): ChannelImage {
  const { channels, bits } = image;
  const data = new (image.data.constructor as Uint8ArrayConstructor)(width * height * chosen.length);
  let at = 0;
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) {
      for (const channel of chosen) data[at++] = image.data[(row * image.width + column) * channels + channel];
    }
  }
  return { width, height, channels: chosen.length, bits, data };
}

Deno.test("channels of parts of every TIFF of the fixtures are those of the whole image", async () => {
  const counts = new Set<number>();
  for (const [file, bytes] of Object.entries(archive)) {
    if (!tiff.matches(bytes)) continue;
    let whole: ChannelImage;
    try {
      whole = await decodeChannels(bytes, file);
    } catch (error) {
      assert.ok(error instanceof ImageError, `${file}: ${error}`);
      continue;
    }
    const source = await tiffChannels(bytes, file), { width, height, channels } = source;
    assert.deepEqual([width, height, channels, source.bits], [whole.width, whole.height, whole.channels, whole.bits]);
    counts.add(channels);
    const all = Array.from({ length: channels }, (_, c) => c), x = Math.floor(width / 3), y = Math.floor(height / 3);
    for (const chosen of [all, all.slice(-1), all.filter((c) => c % 2 === 0)]) {
      for (const part of [{ x: 0, y: 0, width, height }, { x, y, width: width - x, height: Math.ceil(height / 2) }]) {
        assert.deepEqual(await source.read(part, chosen), cut(whole, part, chosen), `${file}, channels ${chosen}`);
      }
    }
  }
  assert.ok([1, 2, 3, 4].every((count) => counts.has(count)), [...counts].join());
});
