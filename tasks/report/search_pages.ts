import { join } from "node:path";
import { parseHTML } from "linkedom";
import { replaceText } from "lib/io/replace_file.ts";

/** What is used of a page's elements. */
interface PageElement {
  innerHTML: string;
  remove(): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** What a search shows excerpts of: a page's text, without pictures and code. */
export function searchText(html: string): string {
  const { document } = parseHTML(html) as unknown as { document: PageElement };
  const main = document.querySelector("article");
  if (!main) return "";
  for (const part of main.querySelectorAll("img, svg, script, style, pre, .cell_input, .headerlink")) part.remove();
  return `<div role="main">${main.innerHTML}</div>`;
}

/**
 * Writes the pages' texts as a script for the search page. Sphinx's search fetches each page that it found, which a browser
 * refuses for files: `search_files.js` answers from here.
 *
 * @param site folder of the built site
 */
export async function writeSearchPages(site: string): Promise<void> {
  const pages: Record<string, string> = {};
  for await (const { name } of Deno.readDir(site)) {
    if (name.endsWith(".html") && !["search.html", "genindex.html"].includes(name)) {
      pages[name] = searchText(await Deno.readTextFile(join(site, name)));
    }
  }
  const json = JSON.stringify(pages).replaceAll("<", "\\u003c");
  await replaceText(join(site, "_static/search_pages.js"), `globalThis.SEARCH_PAGES = ${json};\n`);
  const path = join(site, "search.html");
  const scripts = ["search_pages.js", "search_files.js"].map((name) => `<script src="_static/${name}"></script>`);
  await replaceText(path, (await Deno.readTextFile(path)).replace("<head>", `<head>${scripts.join("")}`));
}
