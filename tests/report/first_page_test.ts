import assert from "node:assert/strict";
import { join } from "node:path";
import { judgeClaims, projectFolder, readAnalysis } from "lib";
import { escapeMarkdown, firstPage } from "lib/report/first_page.ts";

const analysis = await readAnalysis(join(projectFolder(), "results/quick"));

Deno.test("the report's first page answers every claim, with four charts", () => {
  const { markdown, figures } = firstPage(analysis, { demonstration: true });
  assert.deepEqual(Object.keys(figures), ["members", "ensembles", "losses", "quality"]);
  for (const [name, figure] of Object.entries(figures)) {
    assert.match(figure.svg!, /^<svg/);
    assert.ok(markdown.includes(`(${name}.svg)`));
  }
  const lines = markdown.split("\n").filter((line) => line.startsWith("- "));
  assert.ok(lines.length >= 8 && lines.length <= 12, `${lines.length} lines`);
  for (const { claim } of judgeClaims(analysis)) assert.ok(markdown.includes(escapeMarkdown(claim)));
  assert.match(markdown, /A demonstration on generated images/);
  assert.doesNotMatch(firstPage(analysis, { demonstration: false }).markdown, /A demonstration/);
});

Deno.test("text from data cannot become markup", () => {
  const name = "<script>alert(1)</script> [link](http://x) `code` **bold**";
  const { markdown } = firstPage({ ...analysis, dataset: { ...analysis.dataset, name } }, { demonstration: false });
  assert.doesNotMatch(markdown, /<script|\]\(http|`code`|\*\*bold/);
  assert.ok(markdown.includes("&lt;script&gt;"));
});
