import { dirname, join } from "node:path";
import { count } from "../../io/count.ts";
import type { ImageFile } from "./image_files.ts";
import { nestedId } from "./image_name.ts";
import type { ImageSource, Listing } from "./layout.ts";
import { pairNames } from "./pair_names.ts";
import { type PairSide, unmaskedProblem, unmatchedMaskProblem } from "./unpaired_problem.ts";

/** Returns a file's first subfolder, or `undefined` for a file in the folder itself. */
function topFolder({ name }: ImageFile): string | undefined {
  return name.includes("/") ? name.slice(0, name.indexOf("/")) : undefined;
}

/**
 * Finds subfolders that are probably extras rather than mistakes: none of their files has a partner, and the other side
 * has no such subfolder.
 *
 * @returns the number of files in each
 */
function extraFolders(free: readonly ImageFile[], side: PairSide, other: PairSide): Map<string, number> {
  const sizes = new Map([...Map.groupBy(side.images, topFolder)].map(([folder, files]) => [folder, files.length]));
  const known = new Set(other.images.map(topFolder));
  const extra = new Map<string, number>();
  for (const [folder, files] of Map.groupBy(free, topFolder)) {
    if (folder === undefined || known.has(folder) || files.length !== sizes.get(folder)) continue;
    extra.set(folder, files.length);
  }
  return extra;
}

/**
 * Pairs images with masks by name. An image or a mask without a partner becomes a source with a problem. A whole
 * subfolder of them is left out with a note if other images are paired.
 */
export function pairedSources(images: PairSide, masks: PairSide): Listing {
  const pairing = pairNames(images.images, masks.images);
  const { pairs, notes } = pairing;
  const extraImages = pairs.length ? extraFolders(pairing.images, images, masks) : new Map<string, number>();
  const extraMasks = pairs.length ? extraFolders(pairing.masks, masks, images) : new Map<string, number>();
  for (const { name } of pairing.images) extraMasks.delete(name);
  const freeImages = pairing.images.filter((image) => !extraImages.has(topFolder(image) ?? ""));
  const ranks = new Map(freeImages.map((image, i) => [image, i]));
  const maskByImage = new Map(pairs.map(({ image, mask }) => [image, mask]));
  const sources = images.images.flatMap((image): ImageSource[] => {
    const id = nestedId(image.name), { path } = image;
    const mask = maskByImage.get(image), rank = ranks.get(image);
    if (mask) return [{ id, path, mask: { kind: "labels", path: mask.path } }];
    if (rank === undefined) return [];
    const candidates = pairing.ambiguous.get(image) ?? [];
    const problem = unmaskedProblem(image, rank, { candidates, free: pairing.masks, images, masks });
    return [{ id, path, mask: { kind: "missing" }, problem }];
  });
  // Masks that are named in an image's problem do not get another problem.
  const named = new Set([...pairing.ambiguous.values()].flat());
  const folders = new Set(freeImages.map(({ name }) => name));
  const orphans = pairing.masks
    .filter((mask) => !extraMasks.has(topFolder(mask) ?? "") && !named.has(mask) && !folders.has(dirname(mask.name)))
    .map((mask, i): ImageSource => {
      const problem = unmatchedMaskProblem(mask, i, images, freeImages);
      return { id: nestedId(mask.name), path: mask.path, mask: { kind: "missing" }, problem };
    });
  for (const [name, number] of extraImages) {
    notes.push(`${join(images.folder, name)} is left out: it contains ${count(number, "image")} without a mask`);
  }
  for (const [name, number] of extraMasks) {
    notes.push(`${join(masks.folder, name)} is left out: it contains ${count(number, "mask")} without an image`);
  }
  return { sources: [...sources, ...orphans], notes };
}
