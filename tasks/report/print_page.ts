import { parseHTML } from "linkedom";
import { escapeHtml } from "lib/display/escape_html.ts";

/** The used part of the interface of a document's elements. */
interface PageElement {
  id: string;
  tagName: string;
  textContent: string;
  innerHTML: string;
  outerHTML: string;
  nextElementSibling: PageElement | null;
  remove(): void;
  insertAdjacentHTML(where: string, html: string): void;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** A heading in the contents. */
export interface Heading {
  title: string;
  /** 1 for a notebook or a section of the first page, 2 for a section of a notebook. */
  level: 1 | 2;
  /** Its id in the page, which is also its named destination in the PDF. */
  anchor: string;
}

/** A page to print, and its headings. */
export interface PrintedPage {
  html: string;
  headings: Heading[];
}

/** Returns the list of headings, with their pages if known. */
function contents(headings: readonly Heading[], pages: ReadonlyMap<string, number>): string {
  const rows = headings.map(({ title, level, anchor }) =>
    `<li class="level-${level}"><a href="#${anchor}"><span class="title">${
      escapeHtml(title)
    }</span><span class="page">${pages.get(anchor) ?? ""}</span></a></li>`
  );
  return `<nav class="contents"><h2>Contents</h2><ol>${rows.join("")}</ol></nav>`;
}

/**
 * Moves each document, which Sphinx puts into the section that names it, to the end of the page, with its title as a
 * second-level heading.
 */
function liftNotebooks(main: PageElement): void {
  for (const mark of [...main.querySelectorAll('span[id^="document-"]')]) {
    const section = mark.nextElementSibling;
    mark.remove();
    if (!section) continue;
    const [title, ...others] = section.querySelectorAll("h1, h2, h3, h4, h5, h6");
    const rename = (heading: PageElement, name: string) => {
      heading.insertAdjacentHTML("afterend", `<${name}>${heading.innerHTML}</${name}>`);
      heading.remove();
    };
    if (title) rename(title, "h2");
    for (const heading of others) rename(heading, "h3");
    section.remove();
    main.insertAdjacentHTML("beforeend", `<section class="notebook">${section.innerHTML}</section>`);
  }
}

/**
 * Converts a single page built by Sphinx (`singlehtml`) for print. It keeps only the content, and adds a list of
 * contents after the title. Headings get unique ids, as sections of different notebooks have the same names.
 *
 * @param pages page numbers of the headings, by anchor
 * @throws {TypeError} if the page has no content.
 */
export function printPage(html: string, pages: ReadonlyMap<string, number> = new Map()): PrintedPage {
  const { document } = parseHTML(html) as unknown as { document: PageElement };
  const main = document.querySelector('[role="main"]');
  const title = main?.querySelector("h1");
  if (!main || !title) throw new TypeError("The page has no content with a title");
  for (const link of main.querySelectorAll("a.headerlink")) link.remove();
  liftNotebooks(main);
  const headings: Heading[] = [];
  for (const heading of main.querySelectorAll("h2, h3")) {
    const anchor = `heading-${headings.length + 1}`;
    heading.id = anchor;
    headings.push({ title: heading.textContent.trim(), level: heading.tagName === "H2" ? 1 : 2, anchor });
  }
  // The scripts in the page's head typeset formulas.
  const scripts = [...document.querySelectorAll("head script")].map(({ outerHTML }) => outerHTML);
  const subtitle = title.nextElementSibling;
  const place = subtitle?.tagName.toLowerCase() === "p" ? subtitle : title;
  place.insertAdjacentHTML("afterend", contents(headings, pages));
  return {
    headings,
    html: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title.textContent)}</title>
<link rel="stylesheet" href="_static/print.css">
${scripts.join("\n")}
</head>
<body>${
      // Paper does not unfold.
      main.innerHTML.replaceAll("<details>", "<details open>")}</body>
</html>
`,
  };
}
