import type { Segmenter } from "lib";
import type { ImageSource, PixelSize } from "lib/images";
import { pixelSides } from "lib/images/pixel_size.ts";
import { SourceStatistics } from "lib/images/source/source_statistics.ts";
import { count } from "lib/io/count.ts";
import { describeSource, type RowObjects, summarizeObjects } from "lib/objects";
import { areaScale } from "lib/objects/training/object_scale.ts";
import type { ImageRow } from "../files/record.ts";
import { emptyFieldWarning } from "../empty_field_warning.ts";
import { knownFloor } from "../segment_page.ts";
import { trainingNotes } from "../training_notes.ts";
import type { LabelledPage } from "./label_large_page.ts";

/** The largest box of an object that is measured and outlined, in pixels. */
export const LARGEST_BOX = 4e7;

/** Summarises a page for the table of images, as an image in memory is summarised. */
export async function describeLargePage(
  source: ImageSource,
  { objects, certainty }: LabelledPage,
  { segmenter, name, pixelSize }: { segmenter: Segmenter; name: string; pixelSize?: PixelSize },
): Promise<ImageRow> {
  const areas = objects.boxes.area.slice(1), sides = pixelSize === undefined ? undefined : pixelSides(pixelSize);
  const pixelArea = sides ? sides[0] * sides[1] : 1;
  const summary = summarizeObjects({
    count: objects.count,
    ...(sides && { pixelSides: sides }),
    columns: new Map([["area", areas.map((area) => area * pixelArea)]]),
  }, source);
  const contrast = await SourceStatistics.for(source).contrast();
  const warning = segmenter.isEmptyContrast(contrast)
    ? emptyFieldWarning(knownFloor(segmenter), () => contrast)
    : undefined;
  // The size of what is found in an empty field means nothing.
  const notes = trainingNotes(segmenter, await describeSource(source, warning ? {} : areaScale(areas)));
  return {
    image: name,
    ...summary,
    ...certainty,
    ...(notes && { farFromTraining: notes }),
    ...(warning && { warning }),
  };
}

/**
 * Notes the objects that could not be found or measured because the image is large.
 *
 * @param options `longestSafe`: objects that are longer may be divided; `canConnect`: whether `--connected` avoids that
 */
export function sizeNotes(
  { count: objects, boxes }: RowObjects,
  { longestSafe = Infinity, canConnect = true }: { longestSafe?: number; canConnect?: boolean } = {},
): string[] {
  let divided = 0, unmeasured = 0;
  for (let k = 1; k <= objects; k++) {
    const height = boxes.bottom[k] - boxes.top[k], width = boxes.right[k] - boxes.left[k];
    if (Math.max(height, width) > longestSafe) divided++;
    if (height * width > LARGEST_BOX) unmeasured++;
  }
  const wayOut = "choose a smaller level with --level, or a smaller copy of the image";
  return [
    ...(divided
      ? [
        `${count(divided, "object")} longer than ${longestSafe} pixels may be divided at the seams of tiles: ` +
        `${canConnect ? "use --connected, or " : ""}${wayOut}`,
      ]
      : []),
    ...(unmeasured
      ? [
        `${count(unmeasured, "object")} in a box of more than ${LARGEST_BOX.toLocaleString("en")} pixels ` +
        `${unmeasured === 1 ? "is" : "are"} missing from tables, outlines and submissions: ${wayOut}`,
      ]
      : []),
  ];
}
