import type { LabelImage } from "lib/images";
import { LINE_COLORS, parseColor } from "lib/plots/palette.ts";
import type { DisplayPixels } from "lib/plots/overlay/display_pixels.ts";
import { objectClasses } from "../../predict/files/describe_page.ts";

/** Opacity of the inside of an object, where that of its outline is 255. */
const INSIDE = 70;

/**
 * Paints objects for a layer above their image: outlines, and a transparent inside. Objects have the colours of their
 * classes; without classes, objects with consecutive labels have different colours.
 *
 * @param factor whole number by which the picture is shrunk
 * @param classNames names of the classes, without the background's
 */
export function paintObjects(labels: LabelImage, factor: number, classNames: readonly string[]): DisplayPixels {
  const { width: columns, height: rows, data: numbers, classes } = labels;
  const colors = classes ? objectClasses(classNames).map(({ color }) => color ?? []) : LINE_COLORS.map(parseColor);
  const width = Math.ceil(columns / factor), height = Math.ceil(rows / factor);
  const data = new Uint8ClampedArray(4 * width * height);
  const label = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : numbers[y * factor * columns + x * factor];
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width; x++, out += 4) {
      const number = label(x, y);
      if (number === 0) continue;
      const place = classes ? classes[y * factor * columns + x * factor] - 1 : number;
      const color = colors[place % colors.length];
      const isEdge = label(x - 1, y) !== number || label(x + 1, y) !== number || label(x, y - 1) !== number ||
        label(x, y + 1) !== number;
      data.set(color, out);
      data[out + 3] = isEdge ? 255 : INSIDE;
    }
  }
  return { width, height, data };
}
