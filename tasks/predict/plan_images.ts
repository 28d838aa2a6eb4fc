import { basename, join } from "node:path";
import { refuseOverwritingJoint } from "./files/joint_files.ts";
import { jointFiles, type Product, productFiles } from "./files/outputs.ts";
import type { ListedImage } from "./list_images.ts";
import { refuseOverwriting, refuseOverwritingProducts } from "./refuse_overwriting.ts";
import { nameKey, resultNames } from "./result_names.ts";
import type { PlannedImage } from "./segmenting_options.ts";

/** Returns the ids of a submission: the names of the results without folders, unless two are alike. */
function submissionIds(names: readonly string[]): string[] {
  const short = names.map((name) => basename(name));
  return new Set(short.map(nameKey)).size === short.length ? short : [...names];
}

/**
 * Names the results of all images, and refuses to overwrite other files before any work.
 *
 * @param output the output folder
 * @param suffixes endings of the pictures
 * @throws {ConfigError} naming the first file that must not be written.
 */
export async function planImages(
  images: readonly ListedImage[],
  output: string,
  suffixes: readonly string[],
  products: ReadonlySet<Product>,
): Promise<(ListedImage & PlannedImage)[]> {
  const names = resultNames(images.map(({ place }) => place)).map((name) => name.replaceAll("\\", "/"));
  const ids = submissionIds(names);
  const planned = images.map((image, i) => ({ ...image, name: names[i], id: ids[i] }));
  if (jointFiles(products).length > 0) await refuseOverwritingJoint(output, products);
  for (const { path, name } of planned) {
    await refuseOverwriting(path, suffixes.map((suffix) => join(output, `${name}${suffix}.png`)));
    if (products.size > 0) await refuseOverwritingProducts(path, output, name, productFiles(products, name, 1));
  }
  return planned;
}
