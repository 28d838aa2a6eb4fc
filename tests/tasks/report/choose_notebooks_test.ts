// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { readStudy, requireStudy, type Study } from "lib/study";
import { findNotebook, notebookParameters } from "../../../tasks/commands/notebook_parameters.ts";
import { aboutReport } from "../../../tasks/report/about_report.ts";
import { chooseNotebooks } from "../../../tasks/report/choose_notebooks.ts";
import { tagCode, withoutCells } from "../../../tasks/report/copy_notebook.ts";
import { executeNotebook, NotebookError } from "../../../tasks/report/execute_notebook.ts";
import { notebookNames } from "../../../tasks/report/gather_notebooks.ts";

const committed = join(projectFolder(), "results/committed");
const open = async (name: string) => await readStudy(await requireStudy(name, committed));
const quick = await open("quick");
const names = await notebookNames();

Deno.test("the committed demonstration is shown as it is, and the report says so", async () => {
  const plan = await chooseNotebooks(quick, names);
  assert.deepEqual(plan, { notebooks: names.map((name) => ({ name })), leftOut: [] });
  assert.match(
    aboutReport(quick, plan).join(" "),
    /results\/committed\/quick: 61 runs, trained on 2026-11-27.*dsb2018_fluo/,
  );
});

Deno.test("a study whose images are not known is reported by the notebooks that need none, on this study alone", async () => {
  const study = await open("dsb2018_fluo");
  const { notebooks, leftOut } = await chooseNotebooks(study, names);
  assert.deepEqual(notebooks.map(({ name }) => name), ["06-focal-vs-bce", "07-ensembles", "08-negative-results"]);
  const parameters = { study: "dsb2018_fluo", results: committed, verdicts: "" };
  for (const notebook of notebooks) assert.deepEqual(notebook.parameters, parameters);
  assert.deepEqual(leftOut.map(({ name }) => name), names.slice(0, 5));
  assert.match(
    aboutReport(study, { notebooks, leftOut }).join(" "),
    /3 notebooks were executed .* Left out: 01-data-exploration, .*, since the study does not record the folder of its images\./,
  );
});

Deno.test("a rerun of the demonstration shows its images, and no network whose predictions would have to be made again", async () => {
  const rerun: Study = { ...quick, committed: false };
  const { notebooks, leftOut } = await chooseNotebooks(rerun, names);
  const [data] = notebooks;
  assert.deepEqual([data.name, data.parameters?.dataFolder, data.without], ["01-data-exploration", "", undefined]);
  assert.deepEqual(leftOut.map(({ reason }) => reason), Array(4).fill("the study's predictions no longer exist"));
  const onlyBce = {
    ...rerun,
    analysis: { ...quick.analysis, members: quick.analysis.members.filter(({ loss }) => loss === "bce") },
  };
  const { leftOut: without } = await chooseNotebooks(onlyBce, names);
  assert.deepEqual(without.at(-1), { name: "06-focal-vs-bce", reason: "the study has no network with both losses" });
});

Deno.test("a study of several classes is reported without the notebooks of foreground", async () => {
  const study: Study = { ...quick, committed: false, analysis: { ...quick.analysis, task: "classes" } };
  const { leftOut } = await chooseNotebooks(study, names);
  assert.deepEqual(leftOut.slice(0, 4).map(({ name }) => name), names.slice(1, 5));
  assert.match(
    aboutReport(study, { notebooks: [], leftOut }).join(" "),
    /05-pspnet, since the notebooks of the architectures show foreground only\./,
  );
});

Deno.test("cells are left out and code is tagged in a copy", () => {
  const cells = [
    { cell_type: "markdown", metadata: { tags: ["generated-images"] } },
    { cell_type: "code", metadata: { tags: ["parameters"] } },
    { cell_type: "code" },
  ];
  assert.deepEqual(withoutCells({ cells }, "generated-images").cells, cells.slice(1));
  assert.deepEqual(tagCode({ cells }, "remove-input").cells.map(({ metadata }) => metadata?.tags), [
    ["generated-images"],
    ["parameters", "remove-input"],
    ["remove-input"],
  ]);
  assert.deepEqual(cells[1].metadata?.tags, ["parameters"]);
});

Deno.test("a notebook that fails is named with its cell", async () => {
  const folder = await Deno.makeTempDir({ dir: join(projectFolder(), "notebooks"), prefix: ".test-" });
  try {
    const source = join(folder, "07-ensembles.ipynb");
    const cell = (source: string, tags: string[] = []) => ({
      cell_type: "code",
      id: source.slice(0, 3).replace(/\W/g, "-"),
      metadata: { tags },
      source,
      execution_count: null,
      outputs: [],
    });
    const cells = [cell("let study = 1;", ["parameters"]), cell(`throw new Error("no members in " + study);`)];
    const metadata = { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } };
    await Deno.writeTextFile(source, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    await assert.rejects(
      executeNotebook(source, join(folder, "out.ipynb"), { study: 2 }),
      (error: Error) =>
        error instanceof NotebookError &&
        /^The report was not made, as a notebook failed: 07-ensembles\.ipynb failed in cell 3 of 3:/.test(
          error.message,
        ) &&
        /no members in 2/.test(error.message) && !/executed copy/.test(error.message),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("notebooks take files of earlier versions where the report does", async () => {
  const study = await open("dsb2018_fluo");
  const { notebooks } = await chooseNotebooks(study, names, { acceptWithoutDigest: true });
  assert.deepEqual(notebooks.map(({ parameters }) => parameters?.acceptEarlier), [true, true, true]);
  for (const { name } of notebooks) {
    assert.ok("acceptEarlier" in await notebookParameters(await findNotebook(name)), name);
  }
});
