// @tags slow
import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { statement, table } from "lib/display";
import { intervalChart, montage } from "lib/plots";
import { escapeHtml } from "lib/display/escape_html.ts";
import { escapeMarkdown } from "lib/display/escape_markdown.ts";
import { legend } from "lib/plots/legend.ts";
import { chart } from "lib/plots/chart.ts";
import { visibleText } from "lib/display/visible_text.ts";

/** Names of folders, images and groups that try to be more than text. */
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</td></tr></table><script>alert(1)</script>",
  "&lt;b&gt; &#60;i&#62;",
  "a`b` *c* __d__ ~~e~~ | f | [g](javascript:alert(1)) ![h](http://x/y.png)",
  "$\\href{javascript:alert(1)}{x}$ \\(y\\) \\[z\\] \\\\(w\\\\) $$v$$",
  "http://example.org www.example.org a@example.org",
  "# heading",
  "- list",
  "1. list",
  "> quote",
  "    code",
  "first\n\n<script>alert(1)</script>",
  "\x1b]0;title\x07\x1b[31mred",
  "abc\u202egpj.exe",
  '" onmouseover="alert(1)',
];

/** What a page shows of HTML, and which tags are in it. */
function read(html: string): { text: string; tags: string[] } {
  const { document } = parseHTML(`<html><body>${html}</body></html>`) as unknown as {
    document: { body: { textContent: string; querySelectorAll(all: string): Iterable<{ tagName: string }> } };
  };
  const tags = [...document.body.querySelectorAll("*")].map(({ tagName }) => tagName.toLowerCase());
  return { text: document.body.textContent, tags: [...new Set(tags)].sort() };
}

const shown = (value: unknown) =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

Deno.test("a table shows names as they are: no tag, entity or formula of theirs is read", () => {
  for (const name of HOSTILE) {
    const { "text/html": html, "text/plain": text } = shown(table([name], [[name]]));
    const { text: read1, tags } = read(html);
    assert.equal(read1, visibleText(name).repeat(2), name);
    assert.deepEqual(tags.filter((tag) => tag !== "span"), ["table", "tbody", "td", "th", "thead", "tr"], name);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
    assert.equal(text.split("\n").length, 3);
    // MathJax joins text up to the next tag: no two dollars, and no backslash with what follows it, may be left together.
    for (const [run] of html.replace(/&#36;/g, "$").replace(/&#92;/g, "\\").matchAll(/[^<>]+/g)) {
      assert.ok(run === "$" || run === "\\" || !/[$\\]/.test(run), run);
    }
  }
});

Deno.test("an empty table says so", () => {
  const { "text/html": html, "text/plain": text } = shown(table(["a", "b"], []));
  assert.match(html, /<td colspan="2"[^>]*>none<\/td>/);
  assert.equal(text, "a  b\n─  ─\nnone");
});

Deno.test("charts and montages take any name", () => {
  for (const name of HOSTILE) {
    const interval = { estimate: 0.5, low: 0.4, high: 0.6, groups: 3 };
    const { svg, png } = intervalChart([{ name, interval }], { label: name });
    const { text, tags } = read(svg!);
    // A name of several lines is drawn so.
    assert.ok(text.replace(/\s/g, "").includes(visibleText(name).replace(/\s/g, "")), name);
    assert.ok(!tags.includes("script") && !tags.includes("img"), name);
    assert.ok(png.length > 100);
    assert.ok(!/<(script|img)/.test(chart({ description: name, marks: [legend([name])] }).svg!), name);
    const image = { width: 4, height: 4, channels: 1 as const, bits: 8 as const, data: new Uint8Array(16) };
    assert.ok(montage([{ image, caption: name }], { description: name }).png.length > 100);
  }
});

Deno.test("a statement's Markdown shows the sentence as it is", () => {
  for (const name of HOSTILE) {
    const { "text/markdown": markdown } = shown(statement(`Folder ${name} is read.`));
    assert.ok(markdown.startsWith("**Folder ") && markdown.endsWith(" is read.**"));
    assert.equal(markdown.split("\n").length, 1);
    assert.doesNotMatch(markdown, /<(?!\/?span>)/);
    // Whatever Markdown knows comes after a backslash.
    assert.doesNotMatch(markdown.slice(2, -2), /(?<!\\)[`*_[\]{}|~$]/, name);
    assert.doesNotMatch(markdown, /:\/\/|www\.|\w@\w/);
  }
  assert.equal(escapeMarkdown("Dice 0.91 (0.90 to 0.92), 3 of 4: a-b/c"), "Dice 0.91 (0.90 to 0.92), 3 of 4: a-b/c");
});

Deno.test("what begins a heading, a list or a quotation is text where it begins a line", () => {
  const starts = ["# a", "- a", "+ a", "= a", ": a", "1. a", "12) a", "> a", "    a", "% a", "(a)="].map(
    escapeMarkdown,
  );
  assert.deepEqual(starts, [
    "\\# a",
    "\\- a",
    "\\+ a",
    "\\= a",
    "\\: a",
    "1\\. a",
    "12\\) a",
    "&#62; a",
    "a",
    "\\% a",
    "\\(a)=",
  ]);
});

Deno.test("visibleText() leaves letters of all scripts, and nothing that steers a terminal or the direction of writing", () => {
  assert.equal(visibleText("Zellkerne_ß 核 😀 نواة"), "Zellkerne_ß 核 😀 نواة");
  assert.equal(
    visibleText("\x1b[31m\x07\x7f\x9b\u202e\ud800 a\tb\r\nc"),
    "\\x1b[31m\\x07\\x7f\\x9b\\u202e\\ud800 a b c",
  );
  assert.equal(escapeHtml("\x07<"), "<span>&#92;</span>x07&#60;");
});
