import { basename, dirname } from "node:path";
import type { Segmenter } from "lib";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { onnxModel } from "lib/onnx";
import { readRun } from "lib/runs/run_store.ts";
import { describePageModel } from "../page/describe_page_model.ts";
import { pageHtml } from "../page/page_html.ts";
import { pageProgram } from "../page/page_program.ts";
import type { PackageLine } from "./bioimageio.ts";
import { cardLicense } from "./card_license.ts";

/** What the command line says of a page. */
type PageLine =
  & Pick<PackageLine, "name" | "path" | "objectParameters" | "license">
  & Partial<Pick<PackageLine, "author">>;

/**
 * Makes a page that segments images in a browser, without a network.
 *
 * @throws {OnnxError} if the model cannot be one ONNX file.
 */
export async function pageBytes(
  segmenter: Segmenter,
  { name, path, objectParameters, author, license: stated }: PageLine,
): Promise<Uint8Array> {
  const run = basename(path) === MODEL ? dirname(path) : undefined;
  const record = run === undefined ? undefined : await readRun(run, { acceptWithoutDigest: true });
  const license = stated ?? (run === undefined ? undefined : await cardLicense(run));
  const model = describePageModel(segmenter, { name, objectParameters, record, authors: author, license });
  // With 16 bits for each weight the page has half of the size, and the masks stay the same.
  const network = new Uint8Array(onnxModel(segmenter, { weightBits: 16 }));
  return new TextEncoder().encode(await pageHtml(model, network, await pageProgram()));
}
