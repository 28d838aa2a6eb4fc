import { escapeHtml } from "../../display/escape_html.ts";
import { OptionError } from "../../io/option_error.ts";
import { replaceFile, writeAll } from "../../io/replace_file.ts";
import { findVoid } from "../../images/void.ts";
import { montage } from "../montage/montage.ts";
import { ERROR_COLORS } from "../montage/tile.ts";
import { cutMiddle, encodeEntry, type ExploredImage } from "./encode_entry.ts";
import { browserSource } from "./explore_in_browser.ts";
import type { ExplorerData } from "./explorer_data.ts";

/** A picture that readers explore in a notebook, in a report, or in a separate page. */
export interface Explorer {
  /** What it shows, for readers who cannot see it. */
  readonly description: string;
  /** A part of a page, complete: it loads nothing. */
  readonly html: string;
  /** Writes it as a page that any browser opens, also without a network. */
  save(path: string): Promise<void>;
  [key: symbol]: () => Record<string, unknown>;
}

/** Options of {@linkcode explorePredictions}. */
export interface ExplorerOptions {
  /** The threshold at the start, 0.01 to 0.99, rounded to hundredths. Default 0.5. */
  threshold?: number;
  /** Longest side in pixels; of larger images the middle is shown. Default 256. */
  longestSide?: number;
}

/**
 * Makes a picture in which readers choose an image and a threshold, and see the Dice, the wrong pixels, the probabilities
 * and their uncertainty. Where scripts are not allowed, as in a notebook that is not trusted, a static picture of the
 * first image remains.
 *
 * @throws {OptionError} without images, or for a threshold that is not between 0 and 1.
 * @throws {ImageError} if an image differs in size from its mask or its map.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explorePredictions } from "lib/plots";
 *
 * const image = { width: 2, height: 1, channels: 1, bits: 8, data: Uint8Array.of(20, 90) } as const;
 * const labels = { width: 2, height: 1, data: Uint16Array.of(0, 1) };
 * const explorer = explorePredictions([{ name: "a", image, labels, probabilities: [0.1, 0.8] }]);
 * assert.equal(explorer.description, "1 image with its prediction at a threshold to choose");
 * ```
 */
export function explorePredictions(
  images: readonly ExploredImage[],
  { threshold = 0.5, longestSide = 256 }: ExplorerOptions = {},
): Explorer {
  if (images.length === 0) throw new OptionError("There is no image to explore: give one or more");
  if (!(threshold > 0 && threshold < 1)) {
    throw new OptionError(`threshold is ${threshold}: give a number between 0 and 1`);
  }
  const start = Math.min(99, Math.max(1, Math.round(100 * threshold)));
  const shown = images.map((each) => cutMiddle(each, longestSide));
  const data: ExplorerData = { images: shown.map(encodeEntry), threshold: start, colors: ERROR_COLORS };
  const [{ name, image, labels, probabilities }] = shown;
  const still = montage([{
    image,
    caption: name,
    mask: labels.data,
    prediction: Uint8Array.from({ length: probabilities.length }, (_, i) => probabilities[i] > start / 100 ? 1 : 0),
    ignored: findVoid(labels),
  }], { columns: 1, side: Math.max(image.width, image.height, 256), description: name });
  const description =
    `${images.length} ${images.length === 1 ? "image with its prediction" : "images with predictions"} ` +
    "at a threshold to choose";
  const source = `${browserSource()}
for (const root of document.querySelectorAll("[data-explorer]:not([data-ready])")) {
  root.setAttribute("data-ready", "");
  exploreInBrowser(root, JSON.parse(root.getAttribute("data-explorer")));
}`;
  const html =
    `<div class="tex2jax_ignore mathjax_ignore" data-explorer="${
      JSON.stringify(data).replace(/[&<>"'$\\]/g, (character) => `&#${character.charCodeAt(0)};`)
    }"><div><img alt="Truth and prediction of the first image" width="${still.width}" height="${still.height}" ` +
    `src="data:image/png;base64,${still.png.toBase64()}"><p>${
      escapeHtml(
        `${name} at a threshold of ${
          start / 100
        }. The picture is interactive where scripts are allowed, such as in a trusted notebook.`,
      )
    }</p></div></div><script>(() => {\n${source}\n})()</script>`;
  return {
    description,
    html,
    async save(path) {
      const page =
        `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Predictions</title></head><body>${html}</body></html>`;
      await replaceFile(path, (file) => writeAll(file, new TextEncoder().encode(page)));
    },
    [Symbol.for("Jupyter.display")]: () => ({ "text/html": html, "text/plain": description }),
  };
}
