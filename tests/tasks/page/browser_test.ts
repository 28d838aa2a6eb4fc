// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { encode } from "fast-png";
import { unzipSync } from "fflate";
import { generateDataset, openSegmenter } from "lib";
import { exists } from "lib/io/exists.ts";
import { decodeImage, decodeLabels } from "lib/images";
import { findBrowser } from "../../../tasks/report/find_browser.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { runTask } from "../run_task.ts";
import { saveSmallModel } from "../small_model.ts";
import { BrowserPage } from "./browser_page.ts";

const browser = await findBrowser();
const status = "document.getElementById('status').textContent";

Deno.test({
  name: "opened from a file without a network, the page segments an image, counts its objects and saves them",
  ignore: browser === undefined,
  async fn(t) {
    await using folder = await temporaryFolder();
    const at = (name: string) => join(folder.path, name), html = at("page.html"), saved = at("saved");
    await saveSmallModel(at("model.safetensors"), { threshold: 0.5 });
    const exported = await runTask("export", at("model.safetensors"), "--page", "--output", html);
    assert.equal(exported.code, 0, exported.error);
    assert.match(exported.out, /page\.html, [\d.]+ MB: open it in a browser\n$/);
    assert.ok((await Deno.stat(html)).size < 15e6, "a page with a small model is small");
    const { samples: [{ image: { width, height, channels, data } }] } = await generateDataset({ count: 1, size: 96 });
    const content = encode({ width, height, channels, depth: 8, data: data as Uint8Array });
    await Deno.writeFile(at("cells.png"), content);
    await Deno.writeTextFile(at("text.tif"), "no image");
    const fixtures = unzipSync(await Deno.readFile(new URL("../../fixtures/images.zip", import.meta.url)));
    await Deno.writeFile(at("webp.tif"), fixtures["tiff/webp-rgb-strip.tif"]);
    const image = await decodeImage(content, "cells.png");
    using segmenter = await openSegmenter(at("model.safetensors"));
    const { probabilities, count } = await segmenter.segment(image);

    await using page = await BrowserPage.open(browser!, pathToFileURL(html).href);
    await page.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: saved });
    await page.chooseFiles("#choose", [at("cells.png"), at("text.tif")]);
    await page.until(`${status}.startsWith('Segmented cells.png')`);
    const shown = await page.evaluate("document.getElementById('count').textContent");
    assert.ok(Math.abs(parseInt(String(shown)) - count) <= Math.ceil(count / 50), `${shown}, not ${count}`);

    const save = async (product: string, name: string) => {
      await page.evaluate(`document.getElementById('save-${product}').click()`);
      while (!await exists(join(saved, name))) await new Promise((resolve) => setTimeout(resolve, 100));
      return await Deno.readFile(join(saved, name));
    };
    const mask = await decodeImage(await save("mask", "cells_mask.png"), "mask");
    const different = probabilities.filter((p, i) => p > 0.5 !== mask.data[i] > 0).length;
    assert.ok(different <= width * height / 1000, `${different} of ${width * height} pixels differ`);
    const labels = await decodeLabels(await save("labels", "cells_labels.tif"), "labels");
    assert.equal(new Set(labels.data).size - 1, parseInt(String(shown)));
    const table = new TextDecoder().decode(await save("table", "cells_objects.csv")).trim().split(/\r?\n/);
    assert.match(table[0], /^image,label,area,/);
    assert.equal(table.length - 1, parseInt(String(shown)));

    // At a threshold of 0.01 all is foreground.
    await page.evaluate("const slider = document.getElementById('threshold'); slider.value = 0.01; slider.oninput()");
    await page.until("/threshold 0.01/.test(document.getElementById('about').textContent)");
    await page.evaluate(
      "document.getElementById('files').selectedIndex = 1; document.getElementById('files').onchange()",
    );
    await page.until("!document.getElementById('problem').hidden");
    assert.match(
      String(await page.evaluate("document.getElementById('problem').textContent")),
      /^text\.tif is not a PNG, TIFF/,
    );
    // The decoder of WebP is another library in WebAssembly.
    await page.chooseFiles("#choose", [at("webp.tif")]);
    await page.until(`${status}.startsWith('Segmented webp.tif')`);
    assert.deepEqual(page.problems, []);

    const element = (id: string) => `document.getElementById("${id}")`;
    const chooseFile = (index: number) =>
      `${element("files")}.selectedIndex = ${index}; ${element("files")}.onchange();`;
    const openCells = async () => {
      await page.chooseFiles("#choose", [at("cells.png"), at("text.tif"), at("webp.tif")]);
      await page.until(`${status}.startsWith('Segmented cells.png')`);
    };
    await t.step("A table is saved with the name of its image, also if another file is chosen at once", async () => {
      await openCells();
      await Deno.remove(join(saved, "cells_objects.csv"));
      await page.evaluate(`${element("save-table")}.click(); ${chooseFile(1)}`);
      await page.until(`!${element("problem")}.hidden`);
      while ((await Array.fromAsync(Deno.readDir(saved))).length < 3) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.equal(await exists(join(saved, "text_objects.csv")), false);
      assert.ok(await exists(join(saved, "cells_objects.csv")));
    });
    await t.step("Objects of the image before are not shown under the next file", async () => {
      await openCells();
      await page.evaluate(
        `${element("threshold")}.value = 0.3; ${element("threshold")}.oninput(); ${chooseFile(1)}`,
      );
      await page.until(`!${element("problem")}.hidden`);
      assert.equal(await page.evaluate(`${element("count")}.textContent`), "");
    });
    await t.step("The pixel size of a file is not that of the next", async () => {
      await openCells();
      await page.evaluate(`${element("pixel-size")}.value = "0.5"; ${chooseFile(2)}`);
      await page.until(`${status}.startsWith('Segmented webp.tif')`);
      assert.equal(await page.evaluate(`${element("pixel-size")}.value`), "");
    });
    await t.step("After a failure of its worker, the page segments again", async () => {
      await openCells();
      assert.deepEqual(page.problems, []);
      // Workers get no WebAssembly, as if the browser lacked memory. One starts after a stop while the network runs.
      await page.evaluate(`{
        const post = Worker.prototype.postMessage;
        window.isFull = true;
        Worker.prototype.postMessage = function (question, transfer) {
          if (question.kind !== "start" || !isFull) post.call(this, question, transfer);
          else post.call(this, { ...question, wasm: new Uint8Array(8) });
          if (question.kind === "segment" && isFull) queueMicrotask(() => ${element("cancel")}.click());
        };
        ${chooseFile(2)}
      }`);
      await page.until(`${status} === 'Stopped'`);
      const again = async (end: string) => {
        await page.evaluate(`${element("again")}.click()`);
        await page.until(end);
      };
      await again(`!${element("problem")}.hidden`);
      assert.match(
        String(await page.evaluate(`${element("problem")}.textContent`)),
        /^The model cannot be opened: .+ The browser may lack memory: close other pages, and segment again$/,
      );
      await page.evaluate("isFull = false");
      await again(`${status}.startsWith('Segmented webp.tif')`);
      // The console has each failure, for a report.
      assert.ok(page.problems.length > 0);
    });
  },
});
