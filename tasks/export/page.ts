import { basename, dirname } from "node:path";
import type { Segmenter } from "lib";
import { packageLicense } from "lib/bioimageio/card_license.ts";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { onnxModel } from "lib/onnx";
import { readRun } from "lib/runs/run_store.ts";
import { describePageModel } from "../page/describe_page_model.ts";
import { pageHtml } from "../page/page_html.ts";
import { pageProgram } from "../page/page_program.ts";
import type { PackageLine } from "./bioimageio.ts";
import { readRecommended } from "./read_recommended.ts";
import { readRunCard } from "./run_card.ts";

/** What the command line says of a page. */
type PageLine =
  & Pick<PackageLine, "name" | "path" | "objectParameters" | "license">
  & Partial<Pick<PackageLine, "author">>;

/**
 * Makes a page that segments images in a browser, without a network.
 *
 * @throws {OnnxError} if the model cannot be one ONNX file, or the page would be too long.
 * @throws {PackageError} if the licence of the run's card is not in the SPDX list, or another one than the one that is given.
 */
export async function pageBytes(
  segmenter: Segmenter,
  { name, path, objectParameters, author, license: given }: PageLine,
): Promise<Uint8Array> {
  const run = basename(path) === MODEL ? dirname(path) : undefined;
  const record = run === undefined ? undefined : await readRun(run, { acceptWithoutDigest: true });
  const card = run === undefined ? undefined : await readRunCard(run);
  const license = packageLicense(given, card?.text, card?.path);
  const study = await readRecommended(path);
  const model = describePageModel(segmenter, { name, objectParameters, record, study, authors: author, license });
  // With 16 bits for each weight the page has half of the size, and the masks stay the same.
  const network = new Uint8Array(onnxModel(segmenter, { weightBits: 16 }));
  return new TextEncoder().encode(await pageHtml(model, network, await pageProgram()));
}
