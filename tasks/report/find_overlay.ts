import { z } from "zod";
import { type Figure, pngFigure } from "lib/plots/figure.ts";
import type { Notebook } from "./copy_notebook.ts";

/** The used part of a code cell that shows a picture of pixels. */
const PictureCell = z.object({
  source: z.union([z.string(), z.array(z.string())]),
  outputs: z.array(z.object({
    data: z.object({
      "image/png": z.string(),
      "text/plain": z.union([z.string(), z.array(z.string())]),
    }),
  })).min(1),
});

const joinText = (text: string | readonly string[]) => typeof text === "string" ? text : text.join("");

/**
 * Finds the picture of images with their predictions in an executed notebook of an architecture.
 *
 * @param notebook the notebook; `undefined` if the report has none
 * @returns `undefined` if it has no such picture
 */
export function findOverlay(notebook: Notebook | undefined): Figure | undefined {
  for (const cell of notebook?.cells ?? []) {
    const { data } = PictureCell.safeParse(cell);
    if (!data || !joinText(data.source).includes("predictionMontage(")) continue;
    const [{ data: output }] = data.outputs;
    const png = Uint8Array.fromBase64(output["image/png"].replaceAll(/\s/g, ""));
    // A PNG begins with its signature and the header, which has the width and the height at byte 16.
    const header = new DataView(png.buffer);
    return pngFigure(png, header.getUint32(16), header.getUint32(20), joinText(output["text/plain"]));
  }
}
