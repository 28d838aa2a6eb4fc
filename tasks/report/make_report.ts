import { join } from "node:path";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { count } from "lib/io/count.ts";
import { exists } from "lib/io/exists.ts";
import { RunError } from "lib";
import { projectFolder } from "lib/runs";
import { openWorlds, PROFILES, readStudy, requireStudy, type Study } from "lib/study";
import { partialName, removePartialFolders } from "lib/io/partial_files.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { replaceFolder } from "lib/io/replace_folder.ts";
import { readRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { bestKinds } from "lib/study/answers/network_kinds.ts";
import { firstPage } from "lib/study/report/first_page.ts";
import { holdsAnalysis, listStudies } from "lib/study/find_study.ts";
import { pythonEnvironment } from "../setup/python_environment.ts";
import { aboutReport } from "./about_report.ts";
import { buildSite } from "./build_site.ts";
import type { Notebook } from "./copy_notebook.ts";
import { ExecutedNotebooks } from "./executed_notebooks.ts";
import { architectureNotebook, chooseNotebooks, type ReportPlan } from "./choose_notebooks.ts";
import { findBrowser } from "./find_browser.ts";
import { findOverlay } from "./find_overlay.ts";
import { findReportPython } from "./find_python.ts";
import { gatherNotebooks, notebookNames } from "./gather_notebooks.ts";
import { printPdf } from "./print_pdf.ts";
import { SEGMENTING_PAGE, segmentingPage } from "./segmenting_page.ts";
import { writeSearchPages } from "./search_pages.ts";

/** Options of {@linkcode makeReport}. */
export interface ReportOptions extends DigestOptions {
  /** Name of the study. */
  study: string;
  /** Folder of the studies and of the report. Default: `results/`, and the committed studies. */
  results?: string;
  /** Called with a text for each step. */
  onProgress?: (step: string) => void;
}

/** The files that {@linkcode makeReport} made. */
export interface Report {
  site: string;
  /** Path of the PDF; absent without Chromium. */
  pdf?: string;
}

/**
 * Returns the study of a report, without training anything.
 *
 * @throws {RunError} if there is no such study, or if it is not finished; the message lists the studies.
 */
export async function reportedStudy(name: string, results?: string, options: DigestOptions = {}): Promise<Study> {
  if (results !== undefined) {
    const inside = (await listStudies(results)).filter(({ folder }) => folder.startsWith(join(results, "/")));
    if (!inside.some((study) => study.name === name)) {
      const names = inside.map((study) => study.name);
      throw new RunError(
        names.length
          ? `There is no study "${name}" in ${results}: name one of ${names.join(", ")} with --study`
          : `There is no study in ${results}: make one with deno task study --results ${join(results, "NAME")}`,
      );
    }
  }
  const found = await requireStudy(name, results);
  const isFinished = await holdsAnalysis(found.folder);
  if (!isFinished) {
    throw new RunError(
      `The study ${found.place} is not finished: run its deno task study again to resume it`,
    );
  }
  return await readStudy(found, options);
}

/** Returns the path of a Python with Sphinx, which is installed at first use. */
async function sphinx(): Promise<string> {
  const interpreter = await findReportPython();
  const requirements = join(projectFolder(), "tasks/requirements/report.txt");
  const install = ["--require-hashes", "-r", requirements];
  return await pythonEnvironment("report", "Sphinx", [install], await Deno.readTextFile(requirements), interpreter);
}

/** Executes the notebooks of a study's report, except those that it keeps from an earlier call. */
async function reportNotebooks(
  study: Study,
  onProgress: (step: string) => void,
  options: DigestOptions,
): Promise<{ plan: ReportPlan; notebooks: Map<string, Notebook>; kept: ExecutedNotebooks }> {
  const plan = await chooseNotebooks(study, await notebookNames(), options);
  const kept = new ExecutedNotebooks(study, onProgress);
  for (const { name, reason } of plan.leftOut) onProgress(`Without ${name}: ${reason}`);
  const notebooks = await gatherNotebooks(plan, kept, (name, number, count) => {
    onProgress(`Executing ${name} (${number} of ${count}) …`);
  });
  return { plan, notebooks, kept };
}

/**
 * Executes the notebooks of a study's report and keeps them in the study's folder, for a computer without internet: the
 * report that is made elsewhere then reads them. It installs nothing.
 *
 * @returns the paths of the executed notebooks
 * @throws {RunError} if there is no such study, or if it comes with the project.
 * @throws {NotebookError} if a notebook fails.
 */
export async function executeNotebooks(
  { study: name, results, onProgress = () => {}, ...options }: ReportOptions,
): Promise<string[]> {
  const study = await reportedStudy(name, results, options);
  if (study.committed) {
    throw new RunError(`${study.place} comes with the project and keeps no notebooks: leave --notebooks-only out`);
  }
  const { notebooks, kept } = await reportNotebooks(study, onProgress, options);
  const paths = [...notebooks.keys()].map((name) => kept.path(name));
  const written = await Promise.all(paths.map(exists));
  return paths.filter((_, i) => written[i]);
}

/**
 * Makes a website and a PDF of a study's notebooks, with a first page that answers the study's questions, in `report/`
 * of the results. It replaces an older report once the new one is complete.
 *
 * @throws {RunError} if there is no such study.
 * @throws {NotebookError} if a notebook fails.
 */
export async function makeReport(
  { study: name, results, onProgress = () => {}, ...options }: ReportOptions,
): Promise<Report> {
  const study = await reportedStudy(name, results, options);
  onProgress(`Report of ${study.place}`);
  const python = await sphinx();
  const { plan, notebooks } = await reportNotebooks(study, onProgress, options);
  const stored = await readRecommendation(study.folder, options);
  const browser = await findBrowser();
  const page = await segmentingPage(study.folder, options);
  onProgress(
    "content" in page ? "Made a page that segments images" : `Without a page that segments images: ${page.reason}`,
  );
  const [best] = bestKinds(study.analysis);
  const first = firstPage(study, {
    ...("content" in page && { segmentingPage: { file: SEGMENTING_PAGE, bytes: page.content.length } }),
    overlay: findOverlay(notebooks.get(architectureNotebook(best.architecture) ?? "")),
    command: stored?.command,
    demonstration: PROFILES.some((profile) => profile === study.name),
    date: new Date().toISOString().slice(0, 10),
    notebooks: [...notebooks.keys()],
    pdf: browser ? "report.pdf" : undefined,
    worlds: (await openWorlds()).filter((world) => world.study.folder !== study.folder),
    about: aboutReport(study, plan),
  });
  const folder = results ?? join(projectFolder(), "results"), out = join(folder, "report");
  await removePartialFolders(folder, (name) => name === "report");
  // If two reports are made at once, the last one stays.
  const partial = join(folder, partialName("report"));
  const single = await Deno.makeTempDir();
  try {
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    onProgress(`Building the site of ${count(notebooks.size + 1, "page")} …`);
    await buildSite({ first, notebooks }, python, partial);
    await writeSearchPages(partial);
    if ("content" in page) await Deno.writeFile(join(partial, SEGMENTING_PAGE), page.content);
    if (browser) {
      onProgress("Printing the PDF …");
      await buildSite({ first, notebooks }, python, single, true);
      await printPdf(browser, python, single, join(partial, "report.pdf"));
    }
    await replaceText(join(partial, ".complete"), new Date().toISOString() + "\n");
    await replaceFolder(partial, out);
    return { site: join(out, "index.html"), ...(browser ? { pdf: join(out, "report.pdf") } : {}) };
  } finally {
    await Deno.remove(single, { recursive: true });
    await Deno.remove(partial, { recursive: true }).catch(() => {});
  }
}
