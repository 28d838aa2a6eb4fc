import { cellSignal, stopPoint } from "../../io/cell_signal.ts";
import { type Dataset, makeDataset, type Sample } from "../dataset.ts";
import type { Modality } from "../../images/modality.ts";
import { Random } from "../../math/random.ts";
import { brightfield } from "./brightfield.ts";
import { CELL_KINDS, cellKinds } from "./cell_kinds.ts";
import { compactLabels } from "./canvas.ts";
import { electron } from "./electron.ts";
import { fluorescence } from "./fluorescence.ts";
import { checkShare } from "../../io/check_share.ts";
import { OptionError } from "../../io/option_error.ts";

/** The modalities that {@linkcode generateDataset} supports, with the names of their images. */
const KINDS = {
  fluorescence: { draw: fluorescence, id: "nuclei", name: "generated-nuclei" },
  brightfield: { draw: brightfield, id: "cells", name: "generated-cells" },
  electron: { draw: electron, id: "section", name: "generated-sections" },
} as const;

/**
 * The difficulty at which base models, even after longer training, score like the original study's
 * (`bench/original_world.ts`).
 */
export const ORIGINAL_DIFFICULTY = 1;

/** Options of {@linkcode generateDataset}. */
export interface GenerateOptions {
  /** Number of images. */
  count: number;
  /** Side of the square images in pixels. Default 256. */
  size?: number;
  /** Seed of the random numbers. Default 0. */
  seed?: number;
  /** Kind of microscopy. Default `"fluorescence"`. */
  modality?: Extract<Modality, keyof typeof KINDS>;
  /** From 0 (easy) to 1 (as hard as the original study's images). Default 0.2. */
  difficulty?: number;
  /** Mean number of objects per 256 × 256 pixels. Default 24. */
  density?: number;
  /**
   * Number of kinds of cells. With 2, which only `"fluorescence"` has, cells are round, or long and brighter, and the
   * data set has the classes `background`, `round` and `long`. Default 1.
   */
  kinds?: 1 | 2;
  /** Aborts, throwing the signal's reason. Default: the notebook's Stop button. */
  signal?: AbortSignal;
}

/**
 * Generates microscopy-like images with their labels. The same options give the same images on every machine. Each
 * image is a separate group.
 *
 * @throws {OptionError} for invalid options.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generateDataset } from "lib";
 *
 * const { samples } = await generateDataset({ count: 2, size: 128, seed: 1 });
 * assert.equal(samples[0].image.width, 128);
 * assert.ok(Math.max(...samples[0].labels.data) > 0);
 * ```
 */
export async function generateDataset(options: GenerateOptions): Promise<Dataset> {
  const { count, size = 256, seed = 0, modality = "fluorescence", difficulty = 0.2, density = 24, kinds = 1 } = options;
  const { signal = cellSignal() } = options;
  if (!Number.isInteger(count) || count < 1) throw new OptionError(`count is ${count}: ask for at least one image`);
  if (!Number.isInteger(size) || size < 32) throw new OptionError(`size is ${size}: ask for at least 32 pixels`);
  checkShare("difficulty", difficulty);
  if (!(density > 0)) throw new OptionError(`density is ${density}: give the mean objects per 256 × 256 pixels`);
  const kind = KINDS[modality];
  if (!kind) {
    throw new OptionError(`There is no generator of "${modality}": choose one of ${Object.keys(KINDS).join(", ")}`);
  }
  if (kinds !== 1 && kinds !== 2) throw new RangeError(`kinds is ${kinds}: give 1 or 2`);
  if (kinds === 2 && modality !== "fluorescence") {
    throw new RangeError(`kinds is 2, but cells of "${modality}" have one kind: give modality "fluorescence"`);
  }
  const samples: Sample[] = [], pause = stopPoint(signal);
  for (let i = 0; i < count; i++) {
    await pause();
    const random = new Random(seed, i, 0x2c1e);
    const shapes = kinds === 2 ? cellKinds(new Random(seed, i, 0x51de)) : undefined;
    const { labels, pixels } = kind.draw(size, density, difficulty, random, shapes?.draw);
    const id = `${kind.id}-${String(i).padStart(4, "0")}`;
    samples.push({
      id,
      group: id,
      modality,
      image: { width: size, height: size, channels: 1, bits: 8, data: pixels },
      labels: {
        width: size,
        height: size,
        data: compactLabels(labels),
        ...(shapes && { classes: shapes.classes(labels) }),
      },
    });
  }
  return await makeDataset(
    kinds === 2 ? `${kind.name}-2-kinds` : kind.name,
    samples,
    kinds === 2 ? CELL_KINDS : undefined,
  );
}
