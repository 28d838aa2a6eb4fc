import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "lib/runs";
import { openStudy } from "lib/study";
import { parseConfig } from "lib";
import { crateFiles } from "lib/study/publish/ro_crate/crate_files.ts";
import { PREDICTIONS } from "lib/runs/kept_maps.ts";
import { writeRecord } from "lib/runs/record_file.ts";
import { readDivergences } from "lib/study/analyse/study_store.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { studyCrate } from "lib/study/publish/ro_crate/study_crate.ts";

const study = await openStudy("quick", join(projectFolder(), "results/committed"));
const made = { ...study.runs[0].provenance, commit: "0123abc+changes", date: "2026-11-26" };
const files = await crateFiles(study.folder, study.analysis.runs!);
/** Runs that differ only in options that the names of their actions leave out. */
const diverged = ([{ optimizer: "sgd" }, { optimizer: "adam" }] as const).map((options, i) => ({
  run: `diverged-${i}`,
  config: parseConfig({ seed: 9, ...options }),
  message: `The loss is NaN at step ${i}`,
}));
const crate = studyCrate({ ...study, made, diverged }, files);

const Reference = z.strictObject({ "@id": z.string().min(1) });
/** Compact JSON-LD writes a single value without a list. */
const References = z.union([Reference, z.array(Reference).min(2)]);
const PROFILE = "https://w3id.org/ro/wfrun/process/0.5";
const isoDate = z.iso.date();

/** RO-Crate 1.1, sections 2.1, 3.1 and 4.1: flat entities with an id and a type. */
const Entity = z.looseObject({ "@id": z.string(), "@type": z.string() }).catchall(
  z.union([z.string(), Reference, z.array(z.union([z.string(), Reference])).min(2)]),
);
const Document = z.strictObject({
  "@context": z.literal("https://w3id.org/ro/crate/1.1/context"),
  "@graph": z.array(Entity).min(2),
});
/** RO-Crate 1.1, section 3.2: the root data entity and its descriptor. */
const Descriptor = z.strictObject({
  "@id": z.literal("ro-crate-metadata.json"),
  "@type": z.literal("CreativeWork"),
  about: z.strictObject({ "@id": z.literal("./") }),
  conformsTo: z.strictObject({ "@id": z.literal("https://w3id.org/ro/crate/1.1") }),
});
const Root = z.strictObject({
  "@id": z.literal("./"),
  "@type": z.literal("Dataset"),
  name: z.string().min(1),
  description: z.string().min(1),
  datePublished: isoDate,
  license: Reference,
  conformsTo: z.strictObject({ "@id": z.literal(PROFILE) }),
  hasPart: References,
  mentions: References,
});
/** RO-Crate 1.1, section 4.2: files of the crate. */
const File = z.strictObject({
  "@id": z.string().regex(/^[^/#][^#]*$/),
  "@type": z.literal("File"),
  name: z.string(),
  description: z.string(),
  encodingFormat: z.string().regex(/^\w+\/[\w-]+$/),
  contentSize: z.string().regex(/^\d+$/),
});
/** Process Run Crate 0.5: actions and software. */
const Failed = z.strictObject({
  "@id": z.string(),
  "@type": z.literal("CreateAction"),
  name: z.string(),
  description: z.string(),
  instrument: Reference,
  result: References.optional(),
  actionStatus: z.literal("http://schema.org/FailedActionStatus"),
  error: z.string().min(1),
});
const Completed = Failed.omit({ error: true }).extend({
  object: References,
  result: References,
  endTime: isoDate.optional(),
  actionStatus: z.literal("http://schema.org/CompletedActionStatus"),
});
const Software = z.strictObject({
  "@id": z.string(),
  "@type": z.literal("SoftwareApplication"),
  name: z.string(),
  softwareVersion: z.string().min(1),
  softwareRequirements: References.optional(),
  url: z.url().optional(),
});

const graph = Document.parse(crate)["@graph"];
const byId = new Map(graph.map((entity) => [entity["@id"], entity]));
const ofType = (type: string) => graph.filter((entity) => entity["@type"] === type);
const ids = (value: unknown) => References.parse(value) && [value].flat().map((each) => Reference.parse(each)["@id"]);

Deno.test("a study's crate has the entities and properties that the specifications require", () => {
  Descriptor.parse(byId.get("ro-crate-metadata.json"));
  Root.parse(byId.get("./"));
  assert.deepEqual(byId.get(PROFILE), {
    "@id": PROFILE,
    "@type": "CreativeWork",
    name: "Process Run Crate",
    version: "0.5",
  });
  for (const action of ofType("CreateAction")) (action.error ? Failed : Completed).parse(action);
  for (const software of ofType("SoftwareApplication")) Software.parse(software);
  for (const file of ofType("File")) File.parse(file);
});

Deno.test("every reference of the crate leads to an entity, and every entity occurs once", () => {
  assert.equal(byId.size, graph.length);
  const referred = JSON.stringify(graph).matchAll(/(?<=:|\[|,)\{"@id":"([^"]*)"\}/g);
  const named = new Set(Array.from(referred, ([, id]) => id));
  named.delete("https://w3id.org/ro/crate/1.1");
  assert.ok(named.size > 100);
  for (const id of named) assert.ok(byId.has(id), id);
});

Deno.test("its parts are the files of the study, and each finished run has an action that names its software and images", async () => {
  const root = Root.parse(byId.get("./"));
  assert.deepEqual(ids(root.hasPart).sort(), ofType("File").map(({ "@id": id }) => id).sort());
  for (const id of ids(root.hasPart)) {
    const { size } = await Deno.stat(join(study.folder, decodeURIComponent(id)));
    assert.equal(byId.get(id)!.contentSize, String(size));
  }
  assert.ok(ids(root.hasPart).includes("grid.json"));
  assert.deepEqual(ids(root.mentions).sort(), ofType("CreateAction").map((action) => action["@id"]).sort());
  const actions = ofType("CreateAction").filter(({ error }) => !error).map((action) => Completed.parse(action));
  for (const { run, provenance, data } of study.runs) {
    const action = actions.find((each) => each["@id"] === `#train-${run}`)!;
    assert.deepEqual(ids(action.result), [`${run}/run.json`]);
    assert.equal(byId.get(action.instrument["@id"])!.softwareVersion, provenance.commit);
    assert.equal(byId.get(ids(action.object)[0])!.identifier, `sha256:${data.fingerprint}`);
    assert.equal(action.endTime, provenance.date);
  }
});

Deno.test("each diverged run has an action, which names no images and no version: its record holds neither", () => {
  const failed = ofType("CreateAction").filter(({ error }) => error).map((action) => Failed.parse(action));
  assert.deepEqual(
    failed.map(({ error, ...action }) => [action["@id"], error]),
    diverged.map(({ run, message }) => [`#diverged-${run}`, message]),
  );
  for (const { instrument } of failed) assert.equal(byId.get(instrument["@id"])!.softwareVersion, "unknown commit");
});

Deno.test("the analysis reads the files of the grid, the machine and the images, and writes the others", async () => {
  await using folder = await temporaryFolder();
  const names = ["analysis.json", "data.json", "grid.json", "methods.md", "scores.csv", "study.json"];
  for (const name of names) await Deno.writeTextFile(join(folder.path, name), "{}");
  await Deno.mkdir(join(folder.path, "a"));
  await Deno.writeTextFile(join(folder.path, "a/diverged.json"), "{}");
  const lost = { ...diverged[0], run: "a" };
  const made = await crateFiles(folder.path, [lost.run]);
  const graph = studyCrate({ ...study, diverged: [lost], made: study.runs[0].provenance }, made)["@graph"];
  const analysed = graph.find((entity) => entity["@id"] === "#analysis")!;
  assert.deepEqual(ids(analysed.object), ["data.json", "grid.json", "study.json"]);
  assert.deepEqual(ids(analysed.result), ["analysis.json", "methods.md", "scores.csv"]);
  assert.deepEqual(ids(graph.find((entity) => entity["@id"] === "#diverged-a")!.result), ["a/diverged.json"]);
});

Deno.test("a run's predictions are described as an archive, and its lock is left out", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "a"));
  for (const name of ["run.json", PREDICTIONS, "lock"]) await Deno.writeTextFile(join(folder.path, "a", name), "{}");
  const described = (await crateFiles(folder.path, ["a"])).runs.get("a")!;
  assert.deepEqual(
    described.map((entity) => [entity["@id"], entity.encodingFormat]),
    [["a/predictions.zip", "application/zip"], ["a/run.json", "application/json"]],
  );
});

Deno.test("a diverged training is read with the name of its run", async () => {
  await using folder = await temporaryFolder();
  const [{ run, ...divergence }] = diverged;
  await writeRecord(join(folder.path, run, "diverged.json"), divergence, { indent: 1 });
  assert.deepEqual(await readDivergences(folder.path), [{ run, ...divergence }]);
});
