import assert from "node:assert/strict";
import { join } from "node:path";
import { AlgorithmEntry, AlgorithmTable } from "lib/nn/algorithms/algorithm_table.ts";
import { addToTable, newEntry, refuseUnused } from "../../bench/algorithms/new_entry.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const date = "2026-11-26";
const processor = { processor: "11th Gen Intel(R) Core(TM)", threads: 2, vectorWidth: 16, bfloat16: "" } as const;
const name = `avx512-intel-2-${date}`;

Deno.test("a new entry names the instructions, vendor and threads; later ones of the same day have a number", () => {
  assert.deepEqual(newEntry(processor, date, []), {
    name,
    instructions: "AVX-512",
    vendor: "Intel",
    threads: 2,
    date,
  });
  assert.equal(newEntry(processor, date, [{ name }]).name, `${name}-2`);
  assert.equal(newEntry(processor, date, [{ name }, { name: `${name}-2` }]).name, `${name}-3`);
});

Deno.test("an entry is added to the table, and never replaces one", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "table.json");
  await Deno.writeTextFile(path, JSON.stringify({ version: 1, entries: [] }));
  const inference = [{ algorithm: "tiles2", inChannels: [32, null] }];
  const entry = AlgorithmEntry.parse({ ...newEntry(processor, date, []), measured: "nowhere", rules: { inference } });
  await addToTable(path, entry);
  const before = await Deno.readTextFile(path);
  const [written] = JSON.parse(before).entries;
  assert.deepEqual(written.rules.inference, inference, "ranges without limits are left out");
  for (const name of ["batchNorm", "bfloat16", "kernelGradients", "mixedGradients"]) {
    assert.equal(written[name], undefined, "so is what TensorFlow and oneDNN compute");
  }
  assert.deepEqual(AlgorithmTable.parse(JSON.parse(before)).entries, [entry]);
  await assert.rejects(addToTable(path, { ...entry, measured: "again" }), /two entries have the same name/);
  assert.equal(await Deno.readTextFile(path), before);
});

Deno.test("a processor whose entry no machine would use gets none", () => {
  assert.throws(
    () => refuseUnused(newEntry({ ...processor, vectorWidth: 4 }, date, []).instructions),
    /leave --write out/,
  );
  refuseUnused("AVX2");
});
