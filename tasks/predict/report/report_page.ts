import { join } from "node:path";
import { escapeHtml } from "lib/display/escape_html.ts";
import { count } from "lib/io/count.ts";
import { rowNotes } from "lib/objects/table/summary_csv.ts";
import { pageName, tablePart, thumbnail } from "../files/outputs.ts";
import type { ImageRow } from "../files/record.ts";
import type { Outcome } from "../outcome.ts";
import { distributionCharts } from "./distribution_charts.ts";
import { REPORT_STYLE } from "./report_style.ts";

/** A page of an image in the report. */
interface Card {
  row: ImageRow;
  /** Path of its small picture. */
  picture: string;
  /** Why it needs a look. */
  flags: readonly string[];
}

/** Lists the pages of all images: first those with flags, the most first, then the others, in their order. */
function cards(output: string, { complete }: Pick<Outcome, "complete">): Card[] {
  const all = complete.flatMap(({ name, pages, rows }) =>
    rows.map((row, page) => ({
      row,
      picture: join(output, thumbnail(name, pageName(page, pages))),
      flags: rowNotes(row),
    }))
  );
  return all.sort((a, b) => b.flags.length - a.flags.length);
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function facts({ count: objects, medianPixels, medianArea, perMegapixel, perSquareMillimetre, ...row }: ImageRow) {
  const area = medianArea === undefined ? `${number(medianPixels)} pixels` : `${number(medianArea)} µm²`;
  const density = perSquareMillimetre === undefined
    ? `${number(perMegapixel)} per megapixel`
    : `${number(perSquareMillimetre)} per mm²`;
  return [
    ["objects", objects.toLocaleString("en")],
    ...Object.entries(row.classCounts ?? {}).map(([name, number]) => [name, number.toLocaleString("en")]),
    ["median area", objects ? area : "–"],
    ["density", density],
    ["foreground", `${number(100 * row.foregroundShare)} %`],
    ...(row.uncertainShare === undefined ? [] : [["uncertain pixels", `${number(100 * row.uncertainShare)} %`]]),
  ];
}

async function cardHtml({ row, picture, flags }: Card): Promise<string> {
  const image = (await Deno.readFile(picture)).toBase64(), name = escapeHtml(row.image);
  const list = facts(row).map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join(
    "",
  );
  const notes = flags.map((flag) => `<li>${escapeHtml(flag)}</li>`).join("");
  return `<article${flags.length ? ' class="flagged"' : ""}>
<h3>${name}</h3>
<img src="data:image/jpeg;base64,${image}" alt="${name} with the outlines of ${
    count(row.count, "object")
  }" loading="lazy">
<dl>${list}</dl>${notes ? `\n<ul>${notes}</ul>` : ""}
</article>
`;
}

function section(title: string, body: string): string {
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${body}</section>\n`;
}

/**
 * Makes a page about all images, which needs no other file: how many objects there are, their distributions, and each
 * image with its outlines. Images that failed, differ from the training images or lack objects come first.
 *
 * @param output the output folder
 * @param about a sentence about the model and its settings
 */
export async function* reportPage(
  output: string,
  outcome: Pick<Outcome, "complete" | "failures" | "incomplete">,
  about: string,
): AsyncGenerator<string> {
  const all = cards(output, outcome), flagged = all.filter(({ flags }) => flags.length > 0);
  const objects = all.reduce((sum, { row }) => sum + row.count, 0);
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${count(all.length, "image")}, ${count(objects, "object")}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${count(all.length, "image")}, ${count(objects, "object")}</h1>
<p>${escapeHtml(about)}</p>
`;
  for (
    const [title, problems] of [["Not segmented", outcome.failures], ["Files missing", outcome.incomplete]] as const
  ) {
    if (problems.length === 0) continue;
    const items = problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join("\n");
    yield section(title, `<ul class="failures">${items}</ul>\n`);
  }
  if (flagged.length) {
    yield `<section>\n<h2>To be checked</h2>\n<div class="cards">\n`;
    for (const card of flagged) yield await cardHtml(card);
    yield "</div>\n</section>\n";
  }
  const parts = outcome.complete.map(({ name, rows }) => ({ path: join(output, tablePart(name)), rows }));
  const charts = await distributionCharts(parts);
  if (charts.length) {
    const figures = charts.map(({ svg }) => `<figure>${svg}</figure>`).join("\n");
    yield section("Distributions", `<div class="charts">\n${figures}\n</div>\n`);
  }
  const others = all.slice(flagged.length);
  if (others.length) {
    yield `<section>\n<h2>${flagged.length ? "Other images" : "Images"}</h2>\n<div class="cards">\n`;
    for (const card of others) yield await cardHtml(card);
    yield "</div>\n</section>\n";
  }
  yield "</main>\n</body>\n</html>\n";
}
