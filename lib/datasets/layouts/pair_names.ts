import { count } from "../../io/count.ts";
import { PAIR_RULES } from "./pair_rules.ts";

/** A file with its name for pairing: relative to its folder, with `/`, without the extension. */
interface Named {
  name: string;
}

/** The result of {@linkcode pairNames}. */
export interface Pairing<I extends Named, M extends Named> {
  pairs: { image: I; mask: M }[];
  images: I[];
  masks: M[];
  /** For an unpaired image, the candidate masks: several, or one that is also another image's candidate. */
  ambiguous: Map<I, M[]>;
  /** One sentence for each way of pairing other than by equal names. */
  notes: string[];
}

function byKey<T extends Named>(files: readonly T[], keys: (name: string) => string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const file of files) {
    for (const key of new Set(keys(file.name))) {
      const same = found.get(key);
      if (same) same.push(file);
      else found.set(key, [file]);
    }
  }
  return found;
}

/**
 * Pairs images with masks by name. Equal names come first, then names that differ by a word for masks (`a_mask`,
 * `a_cp_masks`, `mask_a`), by `.ome`, in case, by nnU-Net's channel number, or by the subfolder. A later rule only
 * considers files that are still unpaired, and pairs two files only if neither has another candidate.
 */
export function pairNames<I extends Named, M extends Named>(images: readonly I[], masks: readonly M[]): Pairing<I, M> {
  const pairs: { image: I; mask: M }[] = [];
  const ambiguous = new Map<I, M[]>();
  const counts = new Map<string, number>();
  let freeImages = [...images], freeMasks = [...masks];
  for (const { imageKeys, maskKeys, describe } of PAIR_RULES) {
    if (freeImages.length === 0 || freeMasks.length === 0) break;
    const masksByKey = byKey(freeMasks, maskKeys);
    const candidates = new Map(freeImages.map((image) => {
      const found = new Set<M>(imageKeys(image.name).flatMap((key) => masksByKey.get(key) ?? []));
      return [image, [...found]];
    }));
    const claims = new Map<M, number>();
    for (const mask of [...candidates.values()].flat()) claims.set(mask, (claims.get(mask) ?? 0) + 1);
    const paired = new Set<I | M>();
    for (const [image, found] of candidates) {
      const [mask] = found;
      if (found.length === 1 && claims.get(mask) === 1) {
        pairs.push({ image, mask });
        paired.add(image).add(mask);
        const how = describe(image.name, mask.name);
        if (how) counts.set(how, (counts.get(how) ?? 0) + 1);
      } else if (found.length > 0) {
        ambiguous.set(image, [...new Set([...(ambiguous.get(image) ?? []), ...found])]);
      }
    }
    freeImages = freeImages.filter((image) => !paired.has(image));
    freeMasks = freeMasks.filter((mask) => !paired.has(mask));
  }
  for (const { image } of pairs) ambiguous.delete(image);
  const notes = [...counts].map(([how, number]) => `${count(number, "mask is", "masks are")} ${how}`);
  const rank = new Map(images.map((image, i) => [image, i]));
  pairs.sort((a, b) => rank.get(a.image)! - rank.get(b.image)!);
  return { pairs, images: freeImages, masks: freeMasks, ambiguous, notes };
}
