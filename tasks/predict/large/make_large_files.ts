import { basename, dirname, join } from "node:path";
import type { ImageSource } from "lib/images";
import { type ChannelSource, tiffChannels } from "lib/images/source/tiff_channels.ts";
import { tiffSource } from "lib/images/source/tiff_source.ts";
import type { FileBytes } from "lib/io/file_bytes.ts";
import { partialName } from "lib/io/partial_files.ts";
import { countByClass } from "../files/describe_page.ts";
import { pageName, RECORDS } from "../files/outputs.ts";
import type { ImageRow } from "../files/record.ts";
import type { Pictures } from "../pictures.ts";
import type { PlannedImage, SegmentingOptions } from "../segmenting_options.ts";
import { describeLargePage, sizeNotes } from "./describe_large_page.ts";
import { labelLargePage, type PageTargets } from "./label_large_page.ts";
import { LabelStore } from "./label_store.ts";
import type { LargeImage } from "./large_image.ts";
import { type LargePage, LargeProducts } from "./large_products.ts";
import { MapFiles } from "./map_files.ts";
import { ScratchFile } from "./scratch_file.ts";
import type { StagedProducts } from "./staged_products.ts";
import { LargeTiff } from "./tiff_files.ts";

/** A TIFF that is segmented part by part. */
export interface LargeFile extends Pictures {
  bytes: FileBytes;
  /** Size of a page in pixels, at the chosen level. */
  width: number;
  height: number;
}

/** Share of the work that prediction takes, for the progress. */
const PREDICTION = 0.95;

/**
 * Makes all results of a file under temporary names. Products that cannot be made fail without the others.
 *
 * @returns what is known of each page
 */
export async function makeLargeFiles(
  { path, name, place }: PlannedImage,
  { bytes, pages, scale, axes }: LargeFile,
  options: SegmentingOptions,
  files: StagedProducts,
  onProgress: (done: number, label: string) => void,
): Promise<ImageRow[]> {
  const { output, segmenter, level, channels, products, signal } = options, { task, taskDefinition } = segmenter;
  const scratch = (what: string) => {
    const file = join(output, RECORDS, name);
    return join(dirname(file), partialName(`${basename(file)}.${what}`));
  };
  const sources: ImageSource[] = [], stored: ChannelSource[] = [], shown = place.replaceAll("\\", "/");
  for (let page = 0; page < pages; page++) {
    const source = await tiffSource(bytes, path, { page, level, ...(channels && { channels }) });
    sources.push(source);
    // All channels are measured. Without a choice, the source has them.
    stored.push(channels ? await tiffChannels(bytes, path, { page, level }) : source);
  }
  const pixelSize = options.pixelSize ?? sources[0].pixelSize;
  const about = {
    name,
    shown,
    pages,
    ...(scale && { scale }),
    ...(axes && { axes }),
    ...(pixelSize !== undefined && { pixelSize }),
  };
  using labelFile = new ScratchFile(scratch("labels"));
  const predicted = await predictPages(sources, { ...about, path }, labelFile, options, files, onProgress);
  const largest = Math.max(...predicted.map(({ objects }) => objects.count));
  const image = { ...about, classNames: task === "classes" ? taskDefinition.scored : [], largest };
  if (products.has("labels")) await writeLabels(image, sources[0], predicted, files, signal);
  using made = await LargeProducts.open(products, image, files, scratch);
  for (const [page, source] of sources.entries()) {
    signal.throwIfAborted();
    onProgress(PREDICTION + (1 - PREDICTION) * page / pages, path + pageName(page, pages));
    await made.add(source, stored[page], predicted[page], page, signal);
  }
  await made.finish();
  return predicted.map(({ row }) => row);
}

/** Predicts all pages, writes their masks and probabilities, and stores their labels. */
async function predictPages(
  sources: readonly ImageSource[],
  { path, ...image }: Omit<LargeImage, "classNames" | "largest"> & { path: string },
  labelFile: ScratchFile,
  options: SegmentingOptions,
  files: StagedProducts,
  onProgress: (done: number, label: string) => void,
): Promise<(LargePage & { row: ImageRow })[]> {
  const { segmenter, products, suffixes, signal } = options, { task, taskDefinition } = segmenter;
  const { shown, pages, pixelSize } = image;
  const maps = await MapFiles.open(image, sources[0], files, {
    task,
    taskDefinition,
    wantsProbability: products.has("probability") || suffixes.includes("_probability"),
  });
  const labelled = [...products].filter((product) => product !== "probability");
  const predicted: (LargePage & { row: ImageRow })[] = [];
  for (const [page, source] of sources.entries()) {
    signal.throwIfAborted();
    const ending = pageName(page, pages), labels = new LabelStore(source.width, labelFile);
    const targets: PageTargets = {
      mask: (rows) => maps.addMask(rows, page),
      probability: (rows) => maps.addProbability(rows, page),
      labels: (rows) => files.attempt(labelled, () => labels.append(rows)),
    };
    const update = (done: number) => onProgress(PREDICTION * (page + done) / pages, path + ending);
    const found = await labelLargePage(source, targets, options, update);
    labels.renumber(found.objects.numbers);
    const row = await describeLargePage(source, found, { segmenter, name: shown + ending, pixelSize });
    const notes = sizeNotes(found.objects, {
      longestSafe: found.longestSafe,
      canConnect: segmenter.taskDefinition.instances === "foreground",
    });
    const { classes } = found.objects, { scored } = taskDefinition;
    const known = {
      ...row,
      ...(task === "classes" && classes && { classCounts: countByClass(scored, classes.slice(1, row.count + 1)) }),
      ...(notes.length > 0 && { sizeNotes: notes }),
    };
    predicted.push({ ...found, labels, row: known });
  }
  await maps.finish({ pixelSize });
  return predicted;
}

/** Writes the label image of all pages. */
async function writeLabels(
  { name, pages, axes, pixelSize, largest }: LargeImage,
  { width, height }: ImageSource,
  labelled: readonly LargePage[],
  files: StagedProducts,
  signal: AbortSignal,
): Promise<void> {
  await files.attempt(["labels"], () => {
    const file = files.stage(`${name}_labels.tif`, ["labels"]);
    const samples = largest > 65_535 ? "uint32" : "uint16";
    const tiff = new LargeTiff(file, { width, height, samples, pages, axes });
    for (const [page, { labels }] of labelled.entries()) {
      for (const { data } of labels.rows()) {
        signal.throwIfAborted();
        tiff.add(data, page);
      }
    }
    tiff.finish({ pixelSize, range: [0, Math.max(1, largest)] });
  });
}
