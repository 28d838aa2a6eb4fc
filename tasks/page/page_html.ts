import { escapeHtml } from "lib/display/escape_html.ts";
import { OnnxError } from "lib/onnx";
import template from "./page.html" with { type: "text" };
import style from "./page.css" with { type: "text" };
import type { PageModel } from "./page_model.ts";

/**
 * What a browser allows the page: its own scripts, WebAssembly and workers, but no connection. Decoders of images read
 * their WebAssembly from `blob:` and `data:` addresses, which the page itself holds.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "connect-src blob: data:",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

/** Most characters of a network in base64: in Deno and Chromium a text has at most 2²⁹, those of the program included. */
const MOST_NETWORK = 500e6;

/** The parts of a page that do not depend on its model. */
export interface PageProgram {
  /** The script of the page. */
  script: string;
  /** The script of the worker that reads files. */
  reader: string;
  /** The script of the worker with the network. */
  segmenter: string;
  /** onnxruntime's WebAssembly. */
  wasm: Uint8Array<ArrayBuffer>;
  /** The licences of the program, and of the libraries in it. */
  licenses: string;
}

/** Compresses bytes by gzip, and writes them as base64. */
async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(compressed).bytes()).toBase64();
}

function list(sentences: readonly string[]): string {
  return `<ul>\n${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("\n")}\n</ul>`;
}

/**
 * Writes a page that segments images with a model. It needs no other file and no network.
 *
 * @param network the model as an ONNX file
 * @throws {OnnxError} if the page would be too long for Deno and for browsers.
 */
export async function pageHtml(
  model: PageModel,
  network: Uint8Array<ArrayBuffer>,
  { script, reader, segmenter, wasm, licenses }: PageProgram,
): Promise<string> {
  // Weights hardly become smaller by gzip, and base64 writes three bytes as four characters.
  const needed = 4 / 3 * network.length;
  if (needed > MOST_NETWORK) {
    throw new OnnxError(
      `The page of ${model.name} would have about ${(needed / 1e6).toFixed(0)} MB, but at most ${
        MOST_NETWORK / 1e6
      } fit: export one of its networks, or all of them with --onnx`,
    );
  }
  const parts: Record<string, string> = {
    policy: POLICY,
    name: escapeHtml(model.name),
    style,
    about: list(model.about),
    limits: list(model.limits),
    licenses: licenses.split("\n").map(escapeHtml).join("\n"),
    // Within a script's element nothing ends it, nor begins a comment.
    model: JSON.stringify(model).replaceAll("<", "\\u003c"),
    script: script.replace(/<(?=\/script|!--|script)/gi, "\\x3c"),
    reader: await pack(new TextEncoder().encode(reader)),
    segmenter: await pack(new TextEncoder().encode(segmenter)),
    wasm: await pack(wasm),
    network: await pack(network),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name]);
}
