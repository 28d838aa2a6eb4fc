import assert from "node:assert/strict";
import { join } from "node:path";
import { readGroups } from "lib/datasets/read_groups.ts";
import { plainCell, spreadsheetCell } from "lib/io/spreadsheet_cell.ts";
import { writeRunTable } from "lib/study/analyse/study_store.ts";
import type { Job } from "lib/runs/grid/job.ts";
import { parseConfig } from "lib/train/config.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test("spreadsheetCell() quotes what a spreadsheet would compute, and plainCell() takes it back", () => {
  for (const text of ["=1+1", "+a", "-12", "@sum", "\tx", "'=1", "''=1"]) {
    assert.equal(spreadsheetCell(text), `'${text}`);
    assert.equal(plainCell(spreadsheetCell(text)), text);
  }
  for (const text of ["", "a=1", "12", "'quoted'", "it's"]) {
    assert.equal(spreadsheetCell(text), text);
    assert.equal(plainCell(text), text);
  }
});

Deno.test("readGroups() reads the cells that were quoted for spreadsheets", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "groups.csv");
  await Deno.writeTextFile(path, "id,group\n'=a,'-plate\nb,c\n");
  assert.deepEqual([...await readGroups(path, ["=a", "b"], "mine")], [["=a", "-plate"], ["b", "c"]]);
});

Deno.test("the table of runs quotes names from data, and leaves numbers", async () => {
  await using folder = await temporaryFolder();
  const cell = { block: '=HYPERLINK("x")', run: "@run", state: "done", config: parseConfig({ seed: -1 }) };
  // The table reads only these.
  const text = await Deno.readTextFile(await writeRunTable(folder.path, [cell as unknown as Job]));
  assert.match(text.split("\n")[1], /^"'=HYPERLINK\(""x""\)",'@run,done,unet,resnet34,bce,0,-1,/);
});
