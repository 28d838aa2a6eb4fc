import { count } from "../io/count.ts";
import type { Dataset } from "./dataset.ts";
import { findTiles } from "./tile_names.ts";

/**
 * Describes the number of images and groups and their source: `48 images in 12 groups (from my-images/groups.csv)`.
 */
export function describeGroups({ samples, groupsFrom, layout }: Dataset): string {
  const groups = new Set(samples.map(({ group }) => group)).size;
  const images = count(samples.length, "image");
  const sum = `${images} in ${count(groups, "group")}`;
  if (groupsFrom) return `${sum} (from ${groupsFrom})`;
  if (!layout) return sum;
  return groups === samples.length
    ? `${images} (every image is a group: no groups table)`
    : `${sum} (pages of one file are a group: no groups table)`;
}

/** Returns a hint if a data set has no groups, but has images with names like tiles of one field. */
export function tileNote({ samples, groupsFrom }: Pick<Dataset, "samples" | "groupsFrom">): string | undefined {
  if (groupsFrom) return undefined;
  const tiles = findTiles(samples.map(({ id }) => id));
  if (tiles.length === 0) return undefined;
  const images = tiles.reduce((sum, { ids }) => sum + ids.length, 0);
  const shown = tiles.slice(0, 3).map(({ stem, ids }) => `"${stem}" with ${ids.length}`).join(", ");
  return `${images} images are named like tiles of ${count(tiles.length, "field")} (${shown}${
    tiles.length > 3 ? ", …" : ""
  }), and a split would separate tiles of one field: name the fields in groups.csv with the columns id and ` +
    "group (deno task data check FOLDER --write-groups FOLDER/groups.csv writes it)";
}

/** Returns the data set with the groups that its images' names suggest, unless it has groups. */
export function withTileGroups(dataset: Dataset): Dataset {
  if (dataset.groupsFrom) return dataset;
  const stems = new Map(
    findTiles(dataset.samples.map(({ id }) => id)).flatMap(({ stem, ids }) => ids.map((id) => [id, stem])),
  );
  const samples = dataset.samples.map((sample) => ({ ...sample, group: stems.get(sample.id) ?? sample.group }));
  return { ...dataset, samples };
}
