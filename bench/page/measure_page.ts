import { pathToFileURL } from "node:url";
import { BrowserPage } from "../../tests/tasks/page/browser_page.ts";
import { processMemory } from "../process_memory.ts";

/** Size of a page, and what a result costs in it. */
export interface PageCost {
  megabytes: number;
  /** Seconds on the clock, from the start of the browser to the first result. */
  firstWall: number;
  /** Seconds on the clock of the next image. */
  nextWall: number;
  /** The same in processor seconds of all processes of the browser. */
  first: number;
  next: number;
  /** Peak memory of the largest process, in GB. */
  gigabytes: number;
  /** Lines in the console, and requests for anything outside the page. */
  problems: number;
}

const STATUS = "document.getElementById('status').textContent";

/** Waits until the page has segmented an image, and throws what it says of a failure. */
export async function untilSegmented(page: BrowserPage, name: string): Promise<void> {
  const problem = "document.getElementById('problem')";
  await page.until(`!${problem}.hidden || ${STATUS}.startsWith(${JSON.stringify(`Segmented ${name} in`)})`);
  const text = await page.evaluate(`${problem}.textContent`);
  if (text) throw new Error(String(text));
}

/**
 * Opens a page in a browser without a network, and segments two images.
 *
 * @param browser command of a Chromium
 * @param html path of the page
 * @param images paths of two images; the names differ
 */
export async function measurePage(
  browser: string,
  html: string,
  images: readonly { path: string; name: string }[],
): Promise<PageCost> {
  const began = performance.now(), marks: { wall: number; processor: number }[] = [];
  await using page = await BrowserPage.open(browser, pathToFileURL(html).href);
  for (const { path, name } of images) {
    await page.chooseFiles("#choose", [path]);
    await untilSegmented(page, name);
    const processor = (await page.processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    marks.push({ wall: (performance.now() - began) / 1000, processor });
  }
  const [first, second] = marks, peaks = (await page.processes()).map(({ id }) => processMemory("VmHWM", id));
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    megabytes: round((await Deno.stat(html)).size / 1e6),
    firstWall: round(first.wall),
    nextWall: round(second.wall - first.wall),
    first: round(first.processor),
    next: round(second.processor - first.processor),
    gigabytes: round(Math.max(...peaks) / 1e9),
    problems: page.problems.length,
  };
}
