import assert from "node:assert/strict";
import { decode } from "fast-png";
import { ImageError } from "lib/images";
import { overlay } from "lib/plots";
import { legendRows } from "lib/plots/overlay/legend_rows.ts";
import { scaleBar } from "lib/plots/overlay/scale_bar.ts";

/** Two squares of 200 pixels that touch, on an image that is black on the left and white on the right. */
const width = 600, height = 300;
const image = {
  width,
  height,
  channels: 1,
  bits: 8,
  data: Uint8Array.from({ length: width * height }, (_, i) => i % width < 300 ? 0 : 255),
} as const;
const labels = {
  width,
  height,
  data: Uint16Array.from({ length: width * height }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    return y < 50 || y >= 250 || x < 100 || x >= 500 ? 0 : x < 300 ? 1 : 2;
  }),
};
const classes = [{ name: "dark", color: [10, 200, 30] }, { name: "bright", color: [200, 40, 60] }] as const;

function pixelReader(png: Uint8Array) {
  const { width, channels, data } = decode(png);
  return (x: number, y: number) => [...data.slice((y * width + x) * channels, (y * width + x) * channels + 3)];
}

Deno.test("each object's line lies within it, in the colour of its class, with a dark rim", () => {
  const describe = (label: number) => ({ class: label - 1 });
  const figure = overlay(image, labels, { classes, describe });
  const at = pixelReader(figure.png);
  assert.equal(figure.description, "2 objects, dark: 1, bright: 1");
  assert.equal(figure.width, width);
  // The line is 1.5 pixels wide, and its rim ends after 2.25.
  assert.deepEqual([at(99, 150), at(100, 150), at(105, 150)], [[0, 0, 0], [10, 200, 30], [0, 0, 0]]);
  assert.deepEqual([at(299, 150), at(300, 150)], [[10, 200, 30], [200, 40, 60]]);
  assert.deepEqual([at(500, 150), at(499, 150), at(490, 150)], [[255, 255, 255], [200, 40, 60], [255, 255, 255]]);
  const [rim] = at(302, 150);
  assert.ok(rim > 60 && rim < 230, `the rim on white has the level ${rim}`);
});

Deno.test("without classes, touching objects have different colours", () => {
  const at = pixelReader(overlay(image, labels).png);
  assert.notDeepEqual(at(299, 150), at(300, 150));
});

Deno.test("the outlines of a hole and of a second part are not joined to the first outline", () => {
  const inside = (x: number, y: number, [left, top, right, bottom]: number[]) =>
    x >= left && x < right && y >= top && y < bottom;
  const data = Uint16Array.from({ length: width * height }, (_, i) => {
    const x = i % width, y = Math.floor(i / width);
    if (inside(x, y, [100, 50, 300, 250])) return inside(x, y, [180, 130, 220, 170]) ? 0 : 1;
    return inside(x, y, [400, 100, 500, 200]) ? 1 : 0;
  });
  const black = { ...image, data: new Uint8Array(width * height) };
  const { png } = overlay(black, { width, height, data }, { classes, describe: () => ({ class: 0 }) });
  const at = pixelReader(png);
  assert.ok(at(100, 150)[1] > 150 && at(179, 150)[1] > 150 && at(400, 150)[1] > 150, "the three outlines are drawn");
  // Farther than 4 pixels from these rectangles, everything is as black as the image.
  const rings = [[100, 50, 300, 250], [180, 130, 220, 170], [400, 100, 500, 200]];
  const stray: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const nearby = rings.some(([left, top, right, bottom]) =>
        inside(x, y, [left - 4, top - 4, right + 4, bottom + 4]) &&
        !inside(x, y, [left + 4, top + 4, right - 4, bottom - 4])
      );
      if (!nearby && at(x, y).some((level) => level > 0)) stray.push(`${x},${y}`);
    }
  }
  assert.deepEqual(stray.slice(0, 5), []);
});

Deno.test("the scale bar has the length that its text states", () => {
  const at = pixelReader(
    overlay({ ...image, data: new Uint8Array(width * height).fill(9) }, labels, { pixelSize: 0.5 }).png,
  );
  // 50 µm are 100 pixels, the longest that fits into a quarter of the width.
  assert.deepEqual(scaleBar(0.5, 150), { text: "50 µm", pixels: 100 });
  let white = 0;
  for (let x = 0; x < width; x++) if (at(x, 281).every((level) => level === 255)) white++;
  assert.equal(white, 100);
});

Deno.test("a scale bar has 1, 2 or 5 of a unit that suits it", () => {
  const text = (pixelWidth: number, longest: number) => scaleBar(pixelWidth, longest).text;
  assert.equal(text(0.1, 100), "10 µm");
  assert.equal(text(0.001, 100), "100 nm");
  assert.equal(text(0.001, 2), "2 nm");
  assert.equal(text(0.325, 400), "100 µm");
  assert.equal(text(100, 60), "5 mm");
  assert.equal(text(0.01, 49), "200 nm");
});

Deno.test("large images are shrunk to the longest side, and small ones enlarged", () => {
  const large = overlay(image, labels, { longestSide: 200 });
  assert.equal(large.width, 200);
  const small = { width: 10, height: 10, channels: 1, bits: 8, data: new Uint8Array(100) } as const;
  assert.equal(overlay(small, { width: 10, height: 10, data: new Uint16Array(100) }).width, 510);
});

Deno.test("an image is not enlarged beyond the longest side", () => {
  const size = { width: 30, height: 10 }, black = { ...size, channels: 1, bits: 8, data: new Uint8Array(300) } as const;
  // Twice the width is nearer to 50 than the width is.
  assert.equal(overlay(black, { ...size, data: new Uint16Array(300) }, { longestSide: 50 }).width, 30);
});

Deno.test("a long legend has several rows", () => {
  const entries = ["aaaa", "bbbb", "cccc"].map((text) => ({ text, color: "red" }));
  const rows = legendRows(entries, (text) => 10 * text.length, 160);
  assert.deepEqual(rows.map((row) => row.map(({ entry }) => entry.text)), [["aaaa", "bbbb"], ["cccc"]]);
});

Deno.test("labels of another size are refused", () => {
  assert.throws(() => overlay(image, { width: 2, height: 1, data: new Uint16Array(2) }), ImageError);
});
