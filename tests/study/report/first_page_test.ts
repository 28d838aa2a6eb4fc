// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { judgeClaims, openStudy } from "lib/study";
import { escapeMarkdown } from "lib/display/escape_markdown.ts";
import { pngFigure } from "lib/plots/figure.ts";
import { firstPage } from "lib/study/report/first_page.ts";

const study = await openStudy("quick", join(projectFolder(), "results/committed"));

Deno.test("the report's first page has a sentence, a chart, and every claim with its origin and its finding", () => {
  const { markdown, figures } = firstPage(study, { demonstration: true });
  assert.deepEqual(Object.keys(figures), ["ensembles"]);
  assert.match(figures.ensembles.svg!, /^<svg/);
  assert.match(
    markdown,
    /\n\n\*\*By Dice, on these images and in these trainings no ensemble .*\*\*\n\n!\[[^\]]+\]\(ensembles\.svg\)/,
  );
  for (const { claim } of judgeClaims(study)) {
    assert.ok(markdown.includes(`- The original study: "${escapeMarkdown(claim)}" Here: `), claim);
  }
  assert.match(
    markdown,
    /"Soft voting does not help\." Here: −0\.049 .*: worse; each at tuned thresholds −0\.060 .*: worse\. In these trainings the claim is supported; for the method it is undecided \(one training\)\./,
  );
  assert.match(markdown, /"Base models reach a Dice of 0\.30 to 0\.35\." Here: .* On this data the claim is refuted\./);
  assert.match(markdown, /A demonstration on generated images/);
  assert.doesNotMatch(firstPage(study, { demonstration: false }).markdown, /A demonstration/);
});

Deno.test("a reader with two minutes finds which data, model and loss, and why, in a line each", () => {
  const { markdown } = firstPage(study, { demonstration: false });
  assert.match(markdown, /- \*\*Which data\?\*\* 48 images .*from scratch/);
  assert.match(markdown, /- \*\*Which model\?\*\* UNet with BCE has the highest Dice/);
  assert.match(
    markdown,
    /- \*\*Does an ensemble help\?\*\* By Dice, on these images and in these trainings no ensemble .* The soft vote of all 8 members/,
  );
  assert.match(
    markdown,
    /- \*\*Which loss\?\*\* On these images it is inconclusive whether the networks trained with BCE or with focal loss are better/,
  );
  assert.match(markdown, /- \*\*Why\?\*\* Averaging gains /);
});

Deno.test("the first page shows an overlay and links where there are some", () => {
  const overlay = pngFigure(Uint8Array.of(1), 1, 1, "two images");
  const { markdown, figures } = firstPage(study, {
    demonstration: false,
    overlay,
    notebooks: ["07-ensembles"],
    pdf: "report.pdf",
  });
  assert.equal(figures.overlay, overlay);
  assert.ok(markdown.includes("![two images](overlay.png)"));
  assert.ok(markdown.includes('[07-ensembles](07-ensembles.ipynb) · <a href="report.pdf">PDF</a>'));
  assert.doesNotMatch(firstPage(study, { demonstration: false }).markdown, /overlay|## More/);
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
  const { markdown } = firstPage(study, {
    demonstration: false,
    segmentingPage: { file: "segment.html", bytes: 23.2e6 },
  });
  assert.match(markdown, /\n\n<a href="segment\.html">Segment your own images with it<\/a> \(24 MB\), in this browser/);
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
