import { join } from "node:path";
import { parseHTML } from "linkedom";
import { replaceText } from "lib/io/replace_file.ts";

/** The used part of the interface of a page's elements. */
interface PageElement {
  innerHTML: string;
  remove(): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** Returns the text of a page for search results, without pictures and code. */
export function searchText(html: string): string {
  const { document } = parseHTML(html) as unknown as { document: PageElement };
  const main = document.querySelector("article");
  if (!main) return "";
  for (const part of main.querySelectorAll("img, svg, script, style, pre, .cell_input, .headerlink")) part.remove();
  return `<div role="main">${main.innerHTML}</div>`;
}

/**
 * Writes the texts of the pages as a script for the search page. Sphinx's search fetches each page that it finds, which
 * a browser refuses for local files. `search_files.js` takes the texts from this script instead.
 *
 * @param site folder of the site
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
