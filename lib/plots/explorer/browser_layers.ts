/// <reference lib="dom" />
import type { ExplorerEntry } from "./explorer_data.ts";

/*
 * These functions run in a browser. They are written into the page by their names, so they use nothing but each other.
 */

/** An image, its probabilities and its truth, pixel by pixel. */
export interface Layers {
  width: number;
  height: number;
  /** Red, green, blue and opacity. */
  image: Uint8ClampedArray;
  /** How many of the thresholds 0.01, 0.02, … 0.99 the probability exceeds. */
  codes: Uint8Array;
  /** 1: object, 2: does not count, 4: another object to the right, 8: another object below. */
  flags: Uint8Array;
}

/** Numbers of pixels. */
export interface PixelSums {
  correct: number;
  spurious: number;
  missed: number;
}

/** Reads the pixels of a PNG: red, green, blue and opacity of each. */
export function readPixels(address: string): Promise<Uint8ClampedArray> {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onerror = () => reject(new Error("a picture cannot be read"));
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = picture.width;
      canvas.height = picture.height;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      context.drawImage(picture, 0, 0);
      resolve(context.getImageData(0, 0, picture.width, picture.height).data);
    };
    picture.src = address;
  });
}

/** Reads an image with its probabilities and its truth. */
export async function readLayers({ width, height, image, map, truth }: ExplorerEntry): Promise<Layers> {
  const [pixels, codes, flags] = await Promise.all([image, map, truth].map(readPixels));
  // Some browsers change colours a little, so that pages cannot recognise them: the steps are larger than that.
  const read = (data: Uint8ClampedArray, step: number) =>
    Uint8Array.from({ length: width * height }, (_, i) => Math.round(data[4 * i] / step));
  return { width, height, image: pixels, codes: read(codes, 2), flags: read(flags, 16) };
}

/** Counts the pixels at all thresholds in one pass: the sums at position k are those of the threshold k / 100. */
export function countLayers({ codes, flags }: Layers): PixelSums[] {
  const objects = new Array<number>(100).fill(0), background = new Array<number>(100).fill(0);
  codes.forEach((code, i) => {
    if (!(flags[i] & 2)) (flags[i] & 1 ? objects : background)[code]++;
  });
  const total = objects.reduce((sum, count) => sum + count, 0), sums: PixelSums[] = [];
  let correct = 0, spurious = 0;
  for (let at = 99; at >= 0; at--) {
    correct += objects[at];
    spurious += background[at];
    sums[at] = { correct, spurious, missed: total - correct };
  }
  return sums;
}

/** Computes the Dice score; 1 if there is nothing and nothing is found. */
export function diceFrom({ correct, spurious, missed }: PixelSums): number {
  return correct + spurious + missed === 0 ? 1 : 2 * correct / (2 * correct + spurious + missed);
}
