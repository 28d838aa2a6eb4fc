import type { LabelImage } from "../../images/image.ts";

/** The parts of all objects. A part is a set of pixels with one label that touch at their sides. */
export interface Parts {
  /** 0 for background, else the part's number, with a border of one background pixel: `[height + 2, width + 2]`. */
  numbers: Int32Array;
  /** Label of each part; parts are numbered from 1 in reading order, and entry 0 is unused. */
  labels: number[];
}

/** Finds the parts of all objects in two passes with a union of equivalent numbers (Rosenfeld & Pfaltz 1966). */
export function findParts({ width, height, data }: LabelImage): Parts {
  const stride = width + 2, numbers = new Int32Array(stride * (height + 2));
  const parent: number[] = [0];
  const find = (number: number) => {
    while (parent[number] !== number) number = parent[number] = parent[parent[number]];
    return number;
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (y + 1) * stride + 1; x < width; x++, i++, at++) {
      const label = data[i];
      if (label < 1) continue;
      const left = x > 0 && data[i - 1] === label ? numbers[at - 1] : 0;
      const above = y > 0 && data[i - width] === label ? numbers[at - stride] : 0;
      if (left === 0 && above === 0) parent.push(numbers[at] = parent.length);
      else if (left === 0 || above === 0 || left === above) numbers[at] = left || above;
      else {
        const a = find(left), b = find(above);
        numbers[at] = parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  return { numbers, labels: renumber(numbers, stride, { width, data, find, count: parent.length }) };
}

/** Numbers the parts without gaps, and returns their labels. */
function renumber(
  numbers: Int32Array,
  stride: number,
  { width, data, find, count }: Pick<LabelImage, "width" | "data"> & {
    find: (number: number) => number;
    count: number;
  },
): number[] {
  const final = new Int32Array(count), labels = [0];
  for (let y = 0, i = 0; i < data.length; y++) {
    for (let x = 0, at = (y + 1) * stride + 1; x < width; x++, i++, at++) {
      if (numbers[at] === 0) continue;
      const root = find(numbers[at]);
      if (final[root] === 0) {
        final[root] = labels.length;
        labels.push(data[i]);
      }
      numbers[at] = final[root];
    }
  }
  return labels;
}
