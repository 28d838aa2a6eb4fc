import { basename, dirname } from "node:path";
import type { Segmenter } from "lib";
import { MODEL } from "lib/nn/weights/model_file.ts";
import { onnxModel } from "lib/onnx";
import { readRun } from "lib/runs/run_store.ts";
import { describePageModel } from "../page/describe_page_model.ts";
import { pageHtml } from "../page/page_html.ts";
import { pageProgram } from "../page/page_program.ts";
import type { PackageLine } from "./bioimageio.ts";
import { readRecommended } from "./read_recommended.ts";

/**
 * Makes a page that segments images in a browser, without a network.
 *
 * @throws {OnnxError} if the model cannot be one ONNX file.
 */
export async function pageBytes(
  segmenter: Segmenter,
  { name, path, objectParameters }: Pick<PackageLine, "name" | "path" | "objectParameters">,
): Promise<Uint8Array> {
  const record = basename(path) === MODEL ? await readRun(dirname(path), { acceptWithoutDigest: true }) : undefined;
  const study = await readRecommended(path);
  const model = describePageModel(segmenter, { name, objectParameters, record, study });
  // With 16 bits for each weight the page has half of the size, and the masks stay the same.
  const network = new Uint8Array(onnxModel(segmenter, { weightBits: 16 }));
  return new TextEncoder().encode(await pageHtml(model, network, await pageProgram()));
}
