/** The files that `--write` adds to the mask. */
export const OUTPUTS = ["labels", "rois", "geojson", "table", "overlay", "probability", "submission"] as const;
/** A word of `--write`. */
export type Output = typeof OUTPUTS[number];

/** What is made of each image in addition to its mask: the words of `--write`, and the report. */
export type Product = Output | "report";

/** The folder below the output folder in which `predict` keeps what it knows of its files. */
export const RECORDS = ".predict";

/** Returns the part of a page in the names of results: empty for the only page. */
export function pageName(page: number, pages: number): string {
  return pages > 1 ? `#${page + 1}` : "";
}

/** The files of each product, below the output folder, by the name of the image. */
const FILES: Record<Product, (name: string, pages: readonly string[]) => string[]> = {
  labels: (name) => [`${name}_labels.tif`],
  rois: (name) => [`${name}_rois.zip`],
  geojson: (name) => [`${name}_objects.geojson`],
  table: (name) => [tablePart(name)],
  overlay: (name, pages) => pages.map((page) => `${name}${page}_overlay.png`),
  probability: (name) => [`${name}_probability.tif`],
  submission: (name) => [submissionPart(name)],
  report: (name, pages) => [tablePart(name), ...pages.map((page) => thumbnail(name, page))],
};

/** The file with the rows of an image in the table of all objects. */
export const tablePart = (name: string) => `${RECORDS}/${name}.objects.csv`;

/** The file with the rows of an image in the submission, without its id. */
export const submissionPart = (name: string) => `${RECORDS}/${name}.submission.csv`;

/** The file with the small picture of a page in the report. */
export const thumbnail = (name: string, page: string) => `${RECORDS}/${name}${page}.jpg`;

/**
 * Lists the files of an image, below the output folder, without its mask.
 *
 * @param name path of the image's results, without an ending
 * @param pages number of pages of the image
 */
export function productFiles(products: Iterable<Product>, name: string, pages: number): string[] {
  const names = Array.from({ length: pages }, (_, page) => pageName(page, pages));
  return [...new Set(Array.from(products, (product) => FILES[product](name, names)).flat())];
}

/**
 * Lists all files of an image that does not fit into memory, below the output folder.
 *
 * @param suffixes endings of the pictures of an ordinary image
 */
export function largeFiles(
  products: Iterable<Product>,
  suffixes: readonly string[],
  name: string,
  pages: number,
): string[] {
  const probability = suffixes.includes("_probability") ? [`${name}_probability.tif`] : [];
  return [...new Set([`${name}_mask.tif`, ...probability, ...productFiles(products, name, pages)])];
}

/** What the names of products add to that of their image, such as `_labels.tif`. */
const ENDINGS = [
  ...Object.values(FILES).flatMap((files) => files("", [""])).filter((name) => !name.startsWith(RECORDS)),
  // The mask of an image that does not fit into memory.
  "_mask.tif",
];

/** Returns whether a file's name is that of a product. */
export function isProductName(name: string): boolean {
  return ENDINGS.some((ending) => name.length > ending.length && name.endsWith(ending));
}

/** The files of a product that are about all images together, below the output folder. */
const JOINT: Partial<Record<Product, readonly string[]>> = {
  table: ["objects.csv", "summary.csv"],
  submission: ["submission.csv"],
  report: ["report.html"],
};

/** Returns the names of the files about all images together, below the output folder. */
export function jointFiles(products: Iterable<Product>): string[] {
  return Array.from(products, (product) => JOINT[product] ?? []).flat();
}

/** Returns whether a file's name is that of a file about all images together. */
export function isJointName(name: string): boolean {
  return Object.values(JOINT).flat().includes(name);
}
