import { count } from "../count.ts";
import { stripWords } from "./mask_words.ts";

/** A file's name as pairing sees it: from its folder on, with `/`, without the extension. */
interface Named {
  name: string;
}

/** What {@linkcode pairNames} finds. */
export interface Pairing<I extends Named, M extends Named> {
  pairs: { image: I; mask: M }[];
  images: I[];
  masks: M[];
  /** For an unpaired image, the masks that could all be its own, or that other images could claim too. */
  rivals: Map<I, M[]>;
  /** One sentence for each way of pairing other than by equal names. */
  notes: string[];
}

/** A way in which a mask's name follows from its image's: both lead to one key. */
interface Rule {
  imageKeys(name: string): string[];
  maskKeys(name: string): string[];
  /** The end of "3 masks …", from one pair's names. */
  describe(image: string, mask: string): string;
}

const withoutOme = (name: string) => name.replace(/\.ome$/i, "");
const lower = (name: string) => name.toLowerCase();
const fileName = (name: string) => name.slice(name.lastIndexOf("/") + 1);
const folderName = (name: string) => name.slice(0, name.lastIndexOf("/") + 1);

/** A name and what is left of it without words, in its folder. */
function withoutWords(name: string, kind: "mask" | "image"): string[] {
  const folder = folderName(name);
  return stripWords(withoutOme(fileName(name)), kind).map(({ rest }) => folder + withoutOme(rest));
}

/** How a mask's name says that it is one: `named after the image with "_mask" at the end`. */
function describeWords(image: string, mask: string): string {
  const bare = withoutOme(fileName(mask)), own = withoutOme(fileName(image));
  const names = [own, ...stripWords(own, "image").map(({ rest }) => rest)].map(lower);
  const word = stripWords(bare, "mask").find(({ rest }) => names.includes(lower(withoutOme(rest))))?.word ?? "";
  return `named after the image with "${word}" at the ${bare.endsWith(word) ? "end" : "start"}`;
}

/** How both names say what they are: `named with "mask_" where the image has "img_"`. */
function describeBothWords(image: string, mask: string): string {
  const [own] = stripWords(withoutOme(fileName(image)), "image");
  const word = stripWords(withoutOme(fileName(mask)), "mask").find(({ rest }) => withoutOme(rest) === own.rest)?.word;
  return word === undefined
    ? `named like the image without "${own.word}"`
    : `named with "${word}" where the image has "${own.word}"`;
}

const RULES: readonly Rule[] = [
  { imageKeys: (name) => [name], maskKeys: (name) => [name], describe: () => "" },
  {
    imageKeys: (name) => [withoutOme(name)],
    maskKeys: (name) => [withoutOme(name)],
    describe: () => 'named like the image but for ".ome"',
  },
  {
    imageKeys: (name) => [withoutOme(name)],
    maskKeys: (name) => withoutWords(name, "mask"),
    describe: describeWords,
  },
  {
    imageKeys: (name) => withoutWords(name, "image"),
    maskKeys: (name) => [withoutOme(name), ...withoutWords(name, "mask")],
    describe: describeBothWords,
  },
  {
    imageKeys: (name) => [lower(withoutOme(name))],
    maskKeys: (name) => [lower(withoutOme(name))],
    describe: () => "named like the image but for capital letters",
  },
  {
    imageKeys: (name) => [withoutOme(name), ...withoutWords(name, "image")].map(lower),
    maskKeys: (name) => withoutWords(name, "mask").map(lower),
    describe: (image, mask) => `${describeWords(image, mask)}, but for capital letters`,
  },
  {
    // nnU-Net gives each channel of an image a number, and the labels none.
    imageKeys: (name) => [name.replace(/_0\d{3}$/, "")],
    maskKeys: (name) => [name],
    describe: () => `named like the image without nnU-Net's channel number "_0000"`,
  },
  {
    // Only between the folder itself and its subfolders: two subfolders may number their files alike.
    imageKeys: (name) => [withoutOme(fileName(name))].map((key) => folderName(name) ? key : `/${key}`),
    maskKeys: (name) =>
      [withoutOme(fileName(name)), ...withoutWords(fileName(name), "mask")]
        .map((key) => folderName(name) ? `/${key}` : key),
    describe: () => "named like the image, but only one of the two lies in a subfolder",
  },
];

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
 * `a_cp_masks`, `mask_a`), by `.ome`, by capital letters, by nnU-Net's channel number, or by the subfolder. A later rule
 * sees only files that the earlier ones left, and pairs two files only if neither could be paired otherwise.
 */
export function pairNames<I extends Named, M extends Named>(images: readonly I[], masks: readonly M[]): Pairing<I, M> {
  const pairs: { image: I; mask: M }[] = [];
  const rivals = new Map<I, M[]>();
  const counts = new Map<string, number>();
  let freeImages = [...images], freeMasks = [...masks];
  for (const { imageKeys, maskKeys, describe } of RULES) {
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
        rivals.set(image, [...new Set([...(rivals.get(image) ?? []), ...found])]);
      }
    }
    freeImages = freeImages.filter((image) => !paired.has(image));
    freeMasks = freeMasks.filter((mask) => !paired.has(mask));
  }
  for (const { image } of pairs) rivals.delete(image);
  const notes = [...counts].map(([how, number]) => `${count(number, "mask is", "masks are")} ${how}`);
  const rank = new Map(images.map((image, i) => [image, i]));
  pairs.sort((a, b) => rank.get(a.image)! - rank.get(b.image)!);
  return { pairs, images: freeImages, masks: freeMasks, rivals, notes };
}
