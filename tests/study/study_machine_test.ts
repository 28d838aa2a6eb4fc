import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset, openDataset, runtimeInfo } from "lib";
import { gridEntries, projectFolder, runGrid, StudyGrid } from "lib/runs";
import { readRuns, runStudy } from "lib/study";
import { writeRecord } from "lib/runs/record_file.ts";
import { writeRun } from "lib/runs/run_store.ts";
import { countMachines, fixStudyMachine, mixedMachines, readStudyMachine } from "lib/study/study_machine.ts";
import { DIRECT, EARLIER_AVX2 } from "lib/nn/algorithms/algorithm_table.ts";
import { thisMachine } from "lib/train/machine.ts";
import { writeImageFolder } from "../fixtures/image_folder.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const { threads } = runtimeInfo();
/** A demonstration of an earlier version. */
const committed = join(projectFolder(), "tests/fixtures/earlier-study/quick");

Deno.test("a study keeps the threads that it began with, and one of an earlier version those of its runs", async () => {
  await using folder = await temporaryFolder();
  const study = join(folder.path, "study");
  assert.equal(await readStudyMachine(study), undefined);
  // Two commands that begin it at once agree.
  const both = await Promise.all([3, 5].map((each) => fixStudyMachine(study, each)));
  assert.deepEqual(both[0], both[1]);
  assert.equal((await fixStudyMachine(study, 7)).threads, both[0].threads);
  assert.deepEqual(await readStudyMachine(study), both[0]);

  const earlier = join(folder.path, "earlier");
  const [record] = await readRuns(committed);
  await writeRun(join(earlier, record.run), record);
  assert.equal((await fixStudyMachine(earlier, record.provenance.threads + 1)).threads, record.provenance.threads);
});

Deno.test("a study keeps the algorithms that it began with; one without a record of them has those of its time", async () => {
  await using folder = await temporaryFolder();
  const begun = join(folder.path, "begun");
  assert.equal((await fixStudyMachine(begun, 2, { algorithms: EARLIER_AVX2 })).algorithms, EARLIER_AVX2);
  assert.equal((await fixStudyMachine(begun, 2, { algorithms: DIRECT })).algorithms, EARLIER_AVX2);
  assert.equal((await fixStudyMachine(join(folder.path, "new"), 2)).algorithms, thisMachine(2).algorithms);
  for (const [instructions, algorithms] of [["AVX2", EARLIER_AVX2], ["AVX-512", DIRECT]]) {
    const earlier = join(folder.path, instructions),
      machine = { threads: 2, device: "CPU", processor: "", instructions };
    await writeRecord(join(earlier, "study.json"), { version: 1, machine });
    assert.equal((await fixStudyMachine(earlier, 2)).algorithms, algorithms);
  }
});

Deno.test("a study whose algorithms the table lacks does not go on, and is left as it was", async () => {
  await using folder = await temporaryFolder();
  const machine = { threads: 2, device: "CPU", processor: "", algorithms: "of-another-table" };
  await writeRecord(join(folder.path, "study.json"), { version: 1, machine });
  const advice = /study\.json: this study uses the algorithms "of-another-table", .*add the entry .*start a new study/;
  await assert.rejects(fixStudyMachine(folder.path, 2), advice);
  const begun = join(folder.path, "new");
  await assert.rejects(fixStudyMachine(begun, 2, { algorithms: "of-another-table" }), advice);
  assert.equal(await readStudyMachine(begun), undefined);
});

Deno.test("a study that goes on on another kind of processor says so, and so does a mixed analysis", async () => {
  await using folder = await temporaryFolder();
  const other = { threads: 2, device: "CPU", processor: "Other", instructions: "AVX2", algorithms: "" };
  await writeRecord(join(folder.path, "study.json"), { version: 1, machine: other });
  const warnings: string[] = [];
  await fixStudyMachine(folder.path, 2, { onWarning: (warning) => warnings.push(warning) });
  assert.match(warnings.join(), /began with 2 threads of Other \(AVX2\), and this is .*which rounds differently/);

  const [record] = await readRuns(committed);
  const here = { ...record, machines: [thisMachine()] };
  const machines = countMachines([here, here, { ...here, machines: [other] }]);
  assert.deepEqual(machines, [{ ...thisMachine(), runs: 2 }, { ...other, runs: 1 }]);
  assert.match(mixedMachines(machines)!, /round differently.*: 2 with .*; 1 with 2 threads of Other \(AVX2\)/);
  assert.equal(mixedMachines(countMachines([here, here])), undefined);
  // Records of earlier versions do not name the instructions.
  const { instructions: _, ...unnamed } = other;
  const provenance = { ...record.provenance, ...unnamed };
  assert.equal(countMachines([{ ...here, machines: [other] }, { ...record, machines: [], provenance }]).length, 1);
});

Deno.test("whatever the number of jobs, runs train with the threads that are asked for", async () => {
  await using folder = await temporaryFolder();
  const grid = StudyGrid.parse({
    config: {
      encoder: "mobilenet_v2",
      cropSize: 64,
      batchSize: 2,
      folds: 2,
      testShare: 0.2,
      epochs: 1,
      selection: "last",
    },
    blocks: [{ folds: [0], architectures: ["pspnet"], losses: ["bce"] }],
  });
  const images = join(folder.path, "images");
  await writeImageFolder(images, (await generateDataset({ count: 10, size: 64, seed: 8 })).samples);
  const study = { dataset: await openDataset(images), source: { folder: images } };
  const [cell] = await runGrid({
    ...study,
    grid,
    results: join(folder.path, "results"),
    processes: { jobs: 1, threads: threads + 1 },
    algorithms: EARLIER_AVX2,
  });
  assert.equal(cell.record!.provenance.threads, threads + 1);
  assert.deepEqual(cell.record!.machines, [{ ...thisMachine(), threads: threads + 1, algorithms: EARLIER_AVX2 }]);

  // Without a source other processes cannot train, and this one has its threads.
  await fixStudyMachine(join(folder.path, "fixed"), threads + 1);
  const { source: _, ...alone } = study;
  const both = StudyGrid.parse({ ...grid, blocks: [{ folds: [0, 1], architectures: ["pspnet"] }] });
  await assert.rejects(
    runStudy({ ...alone, grid: both, results: join(folder.path, "fixed") }),
    new RegExp(`began with ${threads + 1} threads per training, .*TF_NUM_INTRAOP_THREADS=${threads + 1}`),
  );
});

Deno.test("fewer images are seen more often where a block has them, not where all runs have", () => {
  const epochs = (config: Record<string, unknown>, block: Record<string, unknown>) => {
    const blocks = [{ folds: [0], architectures: ["unet" as const], losses: ["bce" as const], config: block }];
    return gridEntries(StudyGrid.parse({ config, blocks }))[0].config.epochs;
  };
  assert.equal(epochs({ epochs: 1, trainingShare: 0.5 }, {}), 1);
  assert.equal(epochs({ epochs: 6 }, { trainingShare: 0.5 }), 12);
  assert.equal(epochs({ epochs: 6, trainingShare: 0.5 }, { trainingShare: 0.25 }), 12);
  assert.equal(epochs({ epochs: 6 }, { trainingShare: 0.5, epochs: 6 }), 6);
});
