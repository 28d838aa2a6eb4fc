import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { exists } from "lib/io/exists.ts";
import { decodeImage, decodeLabels, type LabelImage } from "lib/images";
import { BrowserPage } from "../../tests/tasks/page/browser_page.ts";
import { runTask } from "../../tests/tasks/run_task.ts";
import { untilSegmented } from "./measure_page.ts";

/** The masks of an image, one from the page and one from the command. */
export interface ComparedMask {
  /** The data set, which is the folder two above the image. */
  set: string;
  width: number;
  height: number;
  bits: number;
  pixels: number;
  /** Pixels that are foreground in one of the masks only. */
  different: number;
  /** Objects in the page, and those of the command. */
  objects: number;
  expectedObjects: number;
}

/** Returns a page's saved file, once it is whole. */
async function saved(page: BrowserPage, product: string, path: string): Promise<Uint8Array> {
  await page.evaluate(`document.getElementById("save-${product}").click()`);
  while (!await exists(path)) await new Promise((resolve) => setTimeout(resolve, 50));
  return await Deno.readFile(path);
}

const objectCount = (labels: LabelImage) => new Set<number>(labels.data).size - 1;

/**
 * Compares the masks and objects that a page saves with those of `deno task predict`.
 *
 * @param browser command of a Chromium
 * @param html path of the page
 * @param source the model of the page
 * @param images paths of images
 * @param folder an empty folder
 */
export async function compareMasks(
  { browser, html, source, images, folder }: {
    browser: string;
    html: string;
    source: string;
    images: readonly string[];
    folder: string;
  },
): Promise<{ masks: ComparedMask[]; problems: number }> {
  const at = (...names: string[]) => join(folder, ...names);
  await Deno.mkdir(at("images"));
  // Images of different folders may have one name.
  const named = await Promise.all(images.map(async (path, i) => {
    const name = `image-${i}`, file = `${name}${extname(path)}`, copy = at("images", file);
    await Deno.copyFile(path, copy);
    return { path, name, file, copy };
  }));
  const predicted = await runTask("predict", source, at("images"), "--output", at("masks"), "--write", "labels");
  if (predicted.code !== 0) throw new Error(predicted.error);
  await using page = await BrowserPage.open(browser, pathToFileURL(html).href);
  await page.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: at("saved") });
  const masks: ComparedMask[] = [];
  for (const { path, name, file, copy } of named) {
    await page.chooseFiles("#choose", [copy]);
    await untilSegmented(page, file);
    const mask = await decodeImage(await saved(page, "mask", at("saved", `${name}_mask.png`)), "mask");
    const labels = await decodeLabels(await saved(page, "labels", at("saved", `${name}_labels.tif`)), "labels");
    const expected = await decodeImage(await Deno.readFile(at("masks", `${name}_mask.png`)), "mask");
    const expectedLabels = await decodeLabels(await Deno.readFile(at("masks", `${name}_labels.tif`)), "labels");
    const { bits } = await decodeImage(await Deno.readFile(path), path);
    let different = 0;
    for (let i = 0; i < mask.data.length; i++) if (mask.data[i] > 0 !== expected.data[i] > 0) different++;
    masks.push({
      set: basename(dirname(dirname(path))),
      width: mask.width,
      height: mask.height,
      bits,
      pixels: mask.data.length,
      different,
      objects: objectCount(labels),
      expectedObjects: objectCount(expectedLabels),
    });
  }
  return { masks, problems: page.problems.length };
}
