import assert from "node:assert/strict";
import { printPage } from "../../../tasks/report/print_page.ts";
import { searchText } from "../../../tasks/report/search_pages.ts";

/** A page as Sphinx makes it of a first page and two notebooks, whose sections have the same names. */
const SINGLE = `<html><head><title>t</title><script src="_static/tex-svg.js"></script></head><body>
<div class="sidebar">navigation</div>
<div class="body" role="main"><section id="report"><h1>Report<a class="headerlink" href="#report">#</a></h1>
<p>Report of today</p><ul><li>an answer</li></ul>
<section id="about"><h2>About</h2><p>text</p><div class="toctree-wrapper">
<span id="document-01"></span><section id="unet"><h3>UNet &amp; co</h3><section id="training"><h4>Training</h4><p>a</p></section></section>
<span id="document-02"></span><section id="pspnet"><h3>PSPNet</h3><section id="id1"><h4>Training</h4><p>b</p></section></section>
</div></section></section></div></body></html>`;

Deno.test("a printed page has contents after its title, and each notebook begins a page", () => {
  const { html, headings } = printPage(SINGLE);
  assert.deepEqual(headings.map(({ title, level }) => [title, level]), [
    ["About", 1],
    ["UNet & co", 1],
    ["Training", 2],
    ["PSPNet", 1],
    ["Training", 2],
  ]);
  assert.equal(new Set(headings.map(({ anchor }) => anchor)).size, 5);
  for (const { anchor } of headings) {
    assert.equal(html.split(`href="#${anchor}"`).length, 2);
    assert.equal(html.split(`id="${anchor}"`).length, 2);
  }
  assert.ok(
    html.indexOf("Report of today") < html.indexOf("<nav") && html.indexOf("</nav>") < html.indexOf("an answer"),
  );
  assert.equal(html.split('class="notebook"').length, 3);
  assert.ok(html.indexOf(">text<") < html.indexOf('class="notebook"'));
  assert.ok(html.includes("_static/tex-svg.js") && html.includes("_static/print.css"));
  assert.doesNotMatch(html, /navigation|headerlink/);
});

Deno.test("the contents say the pages that are known", () => {
  const { headings } = printPage(SINGLE);
  const pages = new Map(headings.map(({ anchor }, i) => [anchor, 10 * i + 3]));
  const { html } = printPage(SINGLE, pages);
  assert.deepEqual([...html.matchAll(/class="page">(\d*)</g)].map(([, page]) => page), ["3", "13", "23", "33", "43"]);
  assert.match(html, /UNet &amp; co<\/span><span class="page">13</);
});

Deno.test("a page without content is refused", () => {
  assert.throws(() => printPage("<html><body></body></html>"), TypeError);
});

Deno.test("a search shows excerpts of text, without pictures and code", () => {
  const page =
    `<html><body><nav>contents</nav><main role="main"><article><h1>T<a class="headerlink">#</a></h1><p>words</p>
    <div class="cell_input"><pre>const x = 1;</pre></div><img src="a.png"></article></main></body></html>`;
  const text = searchText(page);
  assert.match(text, /^<div role="main">.*words/s);
  assert.doesNotMatch(text, /contents|const|img|#/);
  assert.equal(searchText("<html><body></body></html>"), "");
});

Deno.test("what a page folds is open in print", () => {
  const folded = SINGLE.replace("<p>text</p>", "<details><summary>Ten words</summary><p>words</p></details>");
  assert.match(printPage(folded).html, /<details open(="")?><summary>Ten words/);
});
