// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findBrowser } from "../../../tasks/report/find_browser.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { BrowserPage } from "./browser_page.ts";

const browser = await findBrowser();

Deno.test({
  name: "the browser of the tests cuts the network of a page and of its worker, and lists what they ask for",
  ignore: browser === undefined,
  async fn() {
    await using folder = await temporaryFolder();
    const requests: string[] = [];
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
      requests.push(new URL(url).pathname);
      return new Response("", { headers: { "access-control-allow-origin": "*" } });
    });
    const address = `http://127.0.0.1:${server.addr.port}`, html = join(folder.path, "page.html");
    const ask = (name: string) => `fetch("${address}/${name}").then(() => "answered", () => "refused")`;
    const worker = `${ask("worker")}.then(postMessage)`;
    await Deno.writeTextFile(html, `<script>const code = ${JSON.stringify(worker)};</script>`);
    await using page = await BrowserPage.open(browser!, pathToFileURL(html).href);
    assert.equal(await page.evaluate(ask("page")), "refused");
    const answer = await page.evaluate(
      "new Promise((resolve) => new Worker(URL.createObjectURL(new Blob([code]))).onmessage = ({ data }) => resolve(data))",
    );
    assert.equal(answer, "refused");
    assert.deepEqual(requests, []);
    for (const name of ["page", "worker"]) assert.ok(page.problems.includes(`${address}/${name}`), name);
  },
});
