// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { judgeClaims, openStudy } from "lib/study";
import { escapeMarkdown } from "lib/display/escape_markdown.ts";
import { firstPage } from "lib/study/report/first_page.ts";

const study = await openStudy("quick", join(projectFolder(), "results/committed"));

Deno.test("the report's first page answers every claim, with four charts", () => {
  const { markdown, figures } = firstPage(study, { demonstration: true });
  assert.deepEqual(Object.keys(figures), ["members", "ensembles", "losses", "quality"]);
  for (const [name, figure] of Object.entries(figures)) {
    assert.match(figure.svg!, /^<svg/);
    assert.ok(markdown.includes(`(${name}.svg)`));
  }
  const lines = markdown.split("\n").filter((line) => line.startsWith("- "));
  assert.ok(lines.length >= 8 && lines.length <= 12, `${lines.length} lines`);
  for (const { claim } of judgeClaims(study)) assert.ok(markdown.includes(escapeMarkdown(claim)));
  assert.match(markdown, /A demonstration on generated images/);
  assert.doesNotMatch(firstPage(study, { demonstration: false }).markdown, /A demonstration/);
});

Deno.test("the report's first page says what to use for new images, with the command if there is one", () => {
  const command = "deno task predict results/mine images/";
  assert.match(
    firstPage(study, { demonstration: false }).markdown,
    /## What to use\n\nFor new images .* kept no weights/,
  );
  assert.match(
    firstPage(study, { demonstration: false, command }).markdown,
    /Use it with: deno task predict results\/mine/,
  );
});

Deno.test("the report's first page links to a page that segments images, if there is one", () => {
  const { markdown } = firstPage(study, { demonstration: false, segmentingPage: "segment.html" });
  assert.match(markdown, /\n\n<a href="segment\.html">Segment your own images with it<\/a>, in this browser/);
  assert.doesNotMatch(firstPage(study, { demonstration: false }).markdown, /<a href/);
});

Deno.test("text from data cannot become markup", () => {
  const name = "<script>alert(1)</script> [link](http://x) `code` **bold**";
  const { dataset } = study.analysis;
  const named = { ...study, analysis: { ...study.analysis, dataset: { ...dataset, name } } };
  const { markdown } = firstPage(named, { demonstration: false });
  assert.doesNotMatch(markdown, /<script|[^\\]\]\(http|[^\\]`code|[^\\*]\*\*bold/);
  assert.ok(markdown.includes("&#60;script&#62;"));
});
