import type { ChannelImage, LabelImage } from "../../images/image.ts";
import { IntensityMeter } from "./intensities.ts";
import { intensityColumns } from "./object_columns.ts";
import { findObjectRuns, type ObjectRuns } from "./object_runs.ts";
import type { ObjectTable } from "./object_table.ts";

/** The channels of an image among those of a larger one. */
interface ChannelPlace {
  /** The image's first channel, counted from 0. */
  first: number;
  /** Number of all channels. */
  channels: number;
}

/** Measures the intensities of objects, a column for each measure and channel. */
export function* measureIntensities(
  image: ChannelImage,
  runs: ObjectRuns,
  { first: firstChannel, channels }: ChannelPlace = { first: 0, channels: image.channels },
): Generator<[name: string, values: Float64Array]> {
  const { first, start, end, labels: { length: count } } = runs;
  let largest = 0;
  for (let k = 0; k < count; k++) {
    let pixels = 0;
    for (let run = first[k]; run < first[k + 1]; run++) pixels += end[run] - start[run];
    largest = Math.max(largest, pixels);
  }
  const groups = intensityColumns(channels).map(({ measure, names }) => ({
    measure,
    columns: names.slice(firstChannel, firstChannel + image.channels).map((name) =>
      [name, new Float64Array(count)] as [string, Float64Array]
    ),
  }));
  const meter = new IntensityMeter(image, largest);
  for (let k = 0; k < count; k++) {
    for (let channel = 0; channel < image.channels; channel++) {
      const intensities = meter.measure(runs, k, channel);
      for (const { measure, columns } of groups) columns[channel][1][k] = intensities[measure];
    }
  }
  for (const { columns } of groups) yield* columns;
}

/**
 * Adds the intensities of an image whose channels need not be in memory together to a table of `measureObjects`.
 *
 * @param labels the label image that was measured
 * @param images images of the same size with the next channels each, in order
 * @param channels number of all channels
 */
export async function addIntensities(
  table: ObjectTable,
  labels: LabelImage,
  images: AsyncIterable<ChannelImage>,
  channels: number,
): Promise<ObjectTable> {
  const runs = findObjectRuns(labels), found = new Map<string, Float64Array>();
  let first = 0;
  for await (const image of images) {
    for (const [name, values] of measureIntensities(image, runs, { first, channels })) found.set(name, values);
    first += image.channels;
  }
  const names = intensityColumns(channels).flatMap((each) => each.names);
  return { ...table, columns: new Map([...table.columns, ...names.map((name) => [name, found.get(name)!] as const)]) };
}
