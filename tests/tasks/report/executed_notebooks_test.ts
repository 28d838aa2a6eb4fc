// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { projectFolder } from "lib/runs";
import { readStudy, requireStudy, type Study } from "lib/study";
import { ExecutedNotebooks } from "../../../tasks/report/executed_notebooks.ts";
import { gatherNotebooks } from "../../../tasks/report/gather_notebooks.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const committed = join(projectFolder(), "results/committed");
const quick = await readStudy(await requireStudy("quick", committed));

Deno.test("a study keeps executed notebooks for its report, until its numbers change or a user edits them", async () => {
  await using folder = await temporaryFolder();
  const study: Study = { ...quick, committed: false, folder: folder.path };
  const parameters = { study: "quick", results: committed, verdicts: "" };
  const plan = { notebooks: [{ name: "06-focal-vs-bce", parameters }, { name: "01-data-exploration" }], leftOut: [] };
  const gather = async (study: Study) => {
    const executed: string[] = [];
    const found = await gatherNotebooks(plan, new ExecutedNotebooks(study), (name) => void executed.push(name));
    return { executed, cells: found.get("06-focal-vs-bce")!.cells };
  };
  const first = await gather(study);
  assert.deepEqual(first.executed, ["06-focal-vs-bce"]);
  assert.ok(first.cells.some((cell) => JSON.stringify(cell.outputs ?? "").includes("image/svg+xml")));
  const kept = new ExecutedNotebooks(study), path = kept.path("06-focal-vs-bce");
  assert.deepEqual(await gather(study), { executed: [], cells: first.cells });
  assert.ok(!await exists(kept.path("01-data-exploration")), "a notebook that is shown as committed");

  const key = await kept.key({ cells: first.cells }, parameters);
  const other = new ExecutedNotebooks({ ...study, analysis: { ...study.analysis, steps: 1 } });
  assert.notEqual(await other.key({ cells: first.cells }, parameters), key);
  assert.notEqual(await kept.key({ cells: first.cells.slice(1) }, parameters), key);
  assert.notEqual(await kept.key({ cells: first.cells }, { ...parameters, verdicts: "x" }), key);

  // An edited notebook is the user's: the report does not show it, and does not overwrite it.
  const notebook = JSON.parse(await Deno.readTextFile(path)), from = notebook.metadata.report.key;
  assert.deepEqual((await kept.read("06-focal-vs-bce", from))?.cells, first.cells);
  notebook.cells[0].source = "mine";
  await Deno.writeTextFile(path, JSON.stringify(notebook));
  assert.equal(await kept.read("06-focal-vs-bce", from), undefined);
  await kept.write("06-focal-vs-bce", from, { cells: first.cells });
  assert.match(await Deno.readTextFile(path), /"mine"/);

  // A study that comes with the project keeps none.
  const project = new ExecutedNotebooks({ ...study, committed: true });
  await project.write("07-ensembles", key, { cells: first.cells });
  assert.ok(!await exists(project.path("07-ensembles")));
});
