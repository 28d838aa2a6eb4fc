import { basename, join } from "node:path";
import { MAX_PIXELS } from "lib/images/decode_image.ts";
import { refuseOverwritingJoint } from "./files/joint_files.ts";
import { jointFiles, largeFiles, type Product, productFiles } from "./files/outputs.ts";
import type { ListedImage } from "./list_images.ts";
import { countLargePages, type InputOptions } from "./open_input.ts";
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
 * @param input how images are opened. Default: in full size
 * @throws {ConfigError} naming the first file that must not be written.
 */
export async function planImages(
  images: readonly ListedImage[],
  output: string,
  suffixes: readonly string[],
  products: ReadonlySet<Product>,
  input: InputOptions = { level: 0, maxPixels: MAX_PIXELS },
): Promise<(ListedImage & PlannedImage)[]> {
  const names = resultNames(images.map(({ place }) => place)).map((name) => name.replaceAll("\\", "/"));
  const ids = submissionIds(names);
  const planned = images.map((image, i) => ({ ...image, name: names[i], id: ids[i] }));
  if (jointFiles(products).length > 0) await refuseOverwritingJoint(output, products);
  for (const { path, name } of planned) {
    const largePages = await countLargePages(path, input);
    if (largePages !== undefined) {
      await refuseOverwritingProducts(path, output, name, largeFiles(products, suffixes, name, largePages));
      continue;
    }
    await refuseOverwriting(path, suffixes.map((suffix) => join(output, `${name}${suffix}.png`)));
    if (products.size > 0) await refuseOverwritingProducts(path, output, name, productFiles(products, name, 1));
  }
  return planned;
}
