import { stripWords } from "./mask_words.ts";

/** A rule for pairing the names of images and masks: a pair has a common key. */
export interface PairRule {
  imageKeys(name: string): string[];
  maskKeys(name: string): string[];
  /** Completes the note "3 masks are …", from one pair's names. */
  describe(image: string, mask: string): string;
}

const withoutOme = (name: string) => name.replace(/\.ome$/i, "");
const lower = (name: string) => name.toLowerCase();
const fileName = (name: string) => name.slice(name.lastIndexOf("/") + 1);
const folderName = (name: string) => name.slice(0, name.lastIndexOf("/") + 1);

/** Returns the possible names without a word for masks or images, in the same folder. */
function withoutWords(name: string, kind: "mask" | "image"): string[] {
  const folder = folderName(name);
  return stripWords(withoutOme(fileName(name)), kind).map(({ rest }) => folder + withoutOme(rest));
}

/** Describes a word in the mask's name: `named after the image with "_mask" at the end`. */
function describeWords(image: string, mask: string): string {
  const bare = withoutOme(fileName(mask)), plain = withoutOme(fileName(image));
  const names = [plain, ...stripWords(plain, "image").map(({ rest }) => rest)].map(lower);
  const word = stripWords(bare, "mask").find(({ rest }) => names.includes(lower(withoutOme(rest))))?.word ?? "";
  return `named after the image with "${word}" at the ${bare.endsWith(word) ? "end" : "start"}`;
}

/** Describes the words in both names: `named with "mask_" where the image has "img_"`. */
function describeBothWords(image: string, mask: string): string {
  const [stripped] = stripWords(withoutOme(fileName(image)), "image");
  const word = stripWords(withoutOme(fileName(mask)), "mask").find(({ rest }) => withoutOme(rest) === stripped.rest)
    ?.word;
  return word === undefined
    ? `named like the image without "${stripped.word}"`
    : `named with "${word}" where the image has "${stripped.word}"`;
}

/** The rules, from exact to lenient. */
export const PAIR_RULES: readonly PairRule[] = [
  { imageKeys: (name) => [name], maskKeys: (name) => [name], describe: () => "" },
  {
    imageKeys: (name) => [withoutOme(name)],
    maskKeys: (name) => [withoutOme(name)],
    describe: () => 'named like the image except for ".ome"',
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
    describe: () => "named like the image except for upper and lower case",
  },
  {
    imageKeys: (name) => [withoutOme(name), ...withoutWords(name, "image")].map(lower),
    maskKeys: (name) => withoutWords(name, "mask").map(lower),
    describe: (image, mask) => `${describeWords(image, mask)}, except for upper and lower case`,
  },
  {
    // nnU-Net numbers the channels of an image, but not the labels.
    imageKeys: (name) => [name.replace(/_0\d{3}$/, "")],
    maskKeys: (name) => [name],
    describe: () => `named like the image without nnU-Net's channel number "_0000"`,
  },
  {
    // Only between the folder itself and its subfolders: two subfolders may use the same numbers.
    imageKeys: (name) => [withoutOme(fileName(name))].map((key) => folderName(name) ? key : `/${key}`),
    maskKeys: (name) =>
      [withoutOme(fileName(name)), ...withoutWords(fileName(name), "mask")]
        .map((key) => folderName(name) ? `/${key}` : key),
    describe: () => "named like the image, but only one of the two is in a subfolder",
  },
];
