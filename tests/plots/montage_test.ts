import assert from "node:assert/strict";
import { decode } from "fast-png";
import { montage } from "lib/plots";
import { pixelScaleBar } from "lib/plots/overlay/scale_bar.ts";

const width = 64, height = 64, side = 256, zoom = side / width;
const image = { width, height, channels: 1, bits: 8, data: new Uint8Array(width * height) } as const;
/** A square from `left`, `top`, 16 pixels wide, with a value. */
function square(left: number, top: number, value = 1): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return x >= left && x < left + 16 && y >= top && y < top + 16 ? value : 0;
  });
}

function reader(png: Uint8Array) {
  const picture = decode(png);
  return {
    picture,
    at: (x: number, y: number) => {
      const start = (y * picture.width + x) * picture.channels;
      return [...picture.data.slice(start, start + 3)];
    },
  };
}

Deno.test("only wrong pixels are tinted: spurious ones cyan, missed ones yellow", () => {
  const mask = square(4, 4), found = square(4, 4);
  const missed = square(40, 4), spurious = square(4, 40);
  const { png } = montage([{
    image,
    caption: "a",
    mask: mask.map((value, i) => value || missed[i]),
    prediction: found.map((value, i) => value || spurious[i]),
  }], { side, columns: 1 });
  const { picture, at } = reader(png);
  // The picture is at the left edge's gap, and ends a gap above the lower edge.
  const left = 12, top = picture.height - 12 - side;
  const center = (x: number, y: number) => at(left + (x + 8) * zoom, top + (y + 8) * zoom);
  assert.deepEqual(center(4, 4), [0, 0, 0], "a correct pixel has the image's colour");
  const [red, green, blue] = center(4, 40);
  assert.ok(red < 30 && green > 90 && blue > 120, "spurious is cyan");
  const [red2, green2, blue2] = center(40, 4);
  assert.ok(red2 > 120 && green2 > 90 && blue2 < 30, "missed is yellow");
});

Deno.test("with classes, pixels of another class are tinted magenta, and the legend is longer", () => {
  const mask = square(4, 4), classes = square(4, 4, 1).map((value, i) => value || square(40, 40, 2)[i]);
  const prediction = square(4, 4, 2).map((value, i) => value || square(40, 40, 2)[i]);
  const tile = { image, caption: "a", mask, prediction };
  const { picture, at } = reader(montage([{ ...tile, classes }], { side, columns: 1 }).png);
  const center = (x: number, y: number) => at(12 + (x + 8) * zoom, picture.height - 12 - side + (y + 8) * zoom);
  const [red, green, blue] = center(4, 4);
  assert.ok(red > 120 && green < 30 && blue > 90, `the wrong class is magenta, not ${[red, green, blue]}`);
  assert.deepEqual(center(40, 40), [0, 0, 0], "a pixel of the right class has the image's colour");
  assert.ok(picture.width > montage([tile], { side, columns: 1 }).width, "the legend has another entry");
});

Deno.test("ignored pixels are not tinted", () => {
  const missed = square(20, 20);
  const { png } = montage([{
    image,
    caption: "a",
    mask: missed,
    prediction: new Uint8Array(width * height),
    ignored: missed,
  }], {
    side,
    columns: 1,
  });
  const { picture, at } = reader(png);
  assert.deepEqual(at(12 + 28 * zoom, picture.height - 12 - side + 28 * zoom), [0, 0, 0]);
});

Deno.test("a long name is written in as many lines as it needs", () => {
  const short = montage([{ image, caption: "a" }], { side }), name = "nucleus_of_a_file_with_a_long_name_".repeat(3);
  const long = montage([{ image, caption: name }], { side });
  assert.equal(long.width, short.width);
  assert.ok(long.height >= short.height + 2 * 16);
});

Deno.test("a scale bar without a pixel size counts pixels", () => {
  assert.deepEqual(pixelScaleBar(64), { text: "50 pixels", pixels: 50 });
  assert.deepEqual(pixelScaleBar(0.3), { text: "1 pixel", pixels: 1 });
  assert.equal(pixelScaleBar(1000).pixels, 1000);
});
