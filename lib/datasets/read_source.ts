import type { ClassTable } from "./classes/class_table.ts";
import { DatasetError, type Sample } from "./dataset.ts";
import { decodeImage, type DecodeOptions, readImageHeader } from "../images/decode_image.ts";
import { ImageError } from "../images/image.ts";
import { baseName } from "./layouts/image_name.ts";
import type { ImageSource } from "./layouts/layout.ts";
import type { OrientedFile, OrientedPair } from "./orientation_warning.ts";
import { readBytes } from "../images/read_bytes.ts";
import { readLabels } from "./read_labels.ts";

/** Options of {@linkcode readSource}. */
export interface ReadOptions extends Omit<DecodeOptions, "page"> {
  /** Maximum size of a file, in bytes. Default 2³⁰. */
  maxBytes?: number;
  /** Meaning of the values in masks, if they are classes. */
  classes?: ClassTable;
  /** Called once for an image whose orientation is not that of its mask. */
  onTurned?: (pair: OrientedPair) => void;
}

/**
 * Reads an image with its labels.
 *
 * @returns a sample for each page
 * @throws {DatasetError} if the source has a problem.
 * @throws {ImageError} if a file cannot be read, or the mask does not match the image.
 */
export async function readSource(source: ImageSource, options: ReadOptions): Promise<Sample[]> {
  const { id, path, mask, split, modality, page: only, problem } = source;
  if (problem) throw new DatasetError(problem);
  const { classes, bits, maxPixels, maxBytes = 2 ** 30, channels = source.channels, onTurned } = options;
  const bytes = await readBytes(path, maxBytes);
  const header = await readImageHeader(bytes, path, { maxPixels }), { pages, pixelSize } = header;
  const selected = only === undefined ? Array.from({ length: pages }, (_, page) => page) : [only];
  const isStack = selected.length > 1;
  if (isStack && mask.kind !== "labels") {
    throw new ImageError(
      `${path} has ${pages} pages, but masks of single objects: save each page as a file`,
    );
  }
  // The labels of all pages of a stack are in one file, which is read once.
  const files = new Map<string, Promise<Uint8Array>>();
  const open = (file: string) => {
    if (!isStack) return readBytes(file, maxBytes);
    if (!files.has(file)) files.set(file, readBytes(file, maxBytes));
    return files.get(file)!;
  };
  const samples: Sample[] = [];
  let turned: OrientedFile | undefined;
  for (const page of selected) {
    const image = await decodeImage(bytes, path, { bits, maxPixels, page, ...(channels && { channels }) });
    const onMask = (found: OrientedFile) => {
      if (found.orientation !== header.orientation) turned ??= found;
    };
    const labels = await readLabels(mask, { ...header, path, page, isStack, onMask }, open, { maxPixels }, classes);
    samples.push({
      id: isStack ? `${id}#${page + 1}` : id,
      group: source.group ?? (only === undefined ? id : baseName(path)),
      image,
      labels,
      ...(split ? { split } : {}),
      ...(modality ? { modality } : {}),
      ...(source.pixelSize ?? pixelSize ? { pixelSize: source.pixelSize ?? pixelSize } : {}),
    });
  }
  if (turned) onTurned?.({ id: samples[0].id, image: { path, orientation: header.orientation }, mask: turned });
  return samples;
}
