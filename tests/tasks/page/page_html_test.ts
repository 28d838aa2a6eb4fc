import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { OnnxError } from "lib/onnx";
import { pageHtml } from "../../../tasks/page/page_html.ts";
import { MOST_PAGE_PIXELS, type PageModel } from "../../../tasks/page/page_model.ts";

const model: PageModel = {
  name: 'a</script><b>"model"',
  task: "foreground",
  channels: ["foreground"],
  imageChannels: 3,
  normalization: "robust",
  threshold: 0.4,
  networks: [{}],
  about: ["UNet & <others>."],
  limits: [`At most ${MOST_PAGE_PIXELS} pixels.`],
};
const network = Uint8Array.from({ length: 5000 }, (_, i) => i % 251), wasm = Uint8Array.of(0, 97, 115, 109);
const program = {
  script: 'x = "</script>$&";',
  reader: "self.onmessage = null; // µ",
  segmenter: "self.onmessage = 1;",
  wasm,
  licenses: "By A\n& <B>.",
};

/** The used part of the interface of a document. */
interface Page {
  querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string | null }>;
  querySelector(selector: string): { textContent: string; getAttribute(name: string): string | null } | null;
}

const html = await pageHtml(model, network, program);
const { document } = parseHTML(html) as unknown as { document: Page };

async function unpack(id: string): Promise<Uint8Array> {
  const bytes = Uint8Array.fromBase64(document.querySelector(`#${id}`)!.textContent.trim());
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).bytes();
}

Deno.test("a page refers to no other file, and its policy lets a browser connect to nothing", () => {
  for (const name of ["src", "href", "action", "srcset", "data", "poster"]) {
    for (const part of document.querySelectorAll(`[${name}]`)) assert.match(part.getAttribute(name)!, /^data:,$/, name);
  }
  assert.doesNotMatch(html, /https?:|@import|url\(/);
  const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
  assert.match(policy, /^default-src 'none';.*connect-src blob: data:;.*form-action 'none'/);
});

Deno.test("a page that is too long for a browser is refused before it is packed", async () => {
  await assert.rejects(
    pageHtml({ ...model, name: "eight" }, new Uint8Array(480e6), program),
    new OnnxError(
      "The page of eight would have about 640 MB, but at most 500 fit: export one of its networks, or all of them with --onnx",
    ),
  );
});

Deno.test("a page carries its model and its program, whatever characters they contain", async () => {
  assert.deepEqual(JSON.parse(document.querySelector("#model")!.textContent), model);
  assert.match(html, /x = "\\x3c\/script>\$&";/);
  assert.deepEqual(await unpack("network"), network);
  assert.deepEqual(await unpack("wasm"), wasm);
  for (const name of ["reader", "segmenter"] as const) {
    assert.equal(new TextDecoder().decode(await unpack(name)), program[name]);
  }
  assert.equal(document.querySelector("details pre")!.textContent, "By A\n& <B>.");
  assert.match(document.querySelector("h1")!.textContent, /^Segment images with a<\/script><b>"model"$/);
  assert.doesNotMatch(html, /\{\{\w+\}\}|<b>/);
});
