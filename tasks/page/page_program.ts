import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm" with { type: "bytes" };
import licenses from "./licenses.txt" with { type: "text" };
import { bundleScript } from "./bundle_script.ts";
import type { PageProgram } from "./page_html.ts";

/** Bundles the page's program. */
export async function pageProgram(): Promise<PageProgram> {
  const modules = ["view/page.ts", "worker/reading_worker.ts", "worker/segmenting_worker.ts"].map((path) =>
    new URL(path, import.meta.url)
  );
  const [script, reader, segmenter] = await Promise.all(modules.map((module) => bundleScript(module)));
  return { script, reader, segmenter, wasm, licenses };
}
