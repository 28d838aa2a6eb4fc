// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "fast-png";
import { generateDataset, runtimeInfo } from "lib";
import { predictCommand } from "../../tasks/commands/predict.ts";
import { readLine } from "../../tasks/commands/read_line.ts";
import { trainCommand } from "../../tasks/commands/train.ts";
import { precisionAdvice } from "../../tasks/precision_advice.ts";
import { readRecord } from "../../tasks/predict/files/record.ts";
import { predictionHasBegun } from "../../tasks/predict/has_begun.ts";
import { predict } from "../../tasks/predict.ts";
import { train } from "../../tasks/train.ts";
import { writeImageFolder } from "../fixtures/image_folder.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { saveSmallModel } from "./small_model.ts";

const LABELS = ["--write", "labels", "--report"];

function image(seed: number): Uint8Array {
  const data = Uint8Array.from({ length: 32 * 32 }, (_, i) => (i * (7 + seed)) % 251);
  return encode({ width: 32, height: 32, channels: 1, depth: 8, data });
}

/** Runs a command in this process. Returns what it writes to standard output, and to standard error. */
async function capture(work: () => Promise<void>): Promise<{ out: string[]; error: string[] }> {
  const out: string[] = [], errors: string[] = [], { log, error } = console;
  console.log = (...words: unknown[]) => void out.push(words.join(" "));
  console.error = (...words: unknown[]) => void errors.push(words.join(" "));
  try {
    await work();
  } finally {
    console.log = log;
    console.error = error;
  }
  return { out, error: errors };
}

const runPredict = (...args: string[]) => capture(async () => await predict(await readLine(predictCommand, args)));
const runTrain = (...args: string[]) => capture(async () => await train(await readLine(trainCommand, args)));

/** Number of times that a line was written. */
const occurrences = (lines: readonly string[], line: string) => lines.filter((each) => each === line).length;

Deno.test("predict replaces results of another precision, says so, and records the precision", async () => {
  await using folder = await temporaryFolder();
  const model = join(folder.path, "m.safetensors"), output = join(folder.path, "out");
  await saveSmallModel(model);
  await Deno.writeFile(join(folder.path, "a.png"), image(1));
  const run = async (...args: string[]) => {
    const { out } = await runPredict(model, join(folder.path, "a.png"), "--output", output, ...LABELS, ...args);
    return out.join("\n");
  };
  const recorded = async () => (await readRecord(output, "a"))?.precision;
  await run();
  assert.equal(await recorded(), "float32");
  assert.doesNotMatch(await Deno.readTextFile(join(output, "report.html")), /precision/);
  const changed = await run("--precision", "mixed");
  assert.match(changed, /Replaced \d results? of other settings/);
  assert.equal(await recorded(), "mixed");
  assert.match(await Deno.readTextFile(join(output, "report.html")), /in precision mixed: /);
  assert.match(await run("--precision", "mixed"), /Kept the masks of 1 image/);
  assert.match(await run("--precision", "float32"), /Replaced \d results? of other settings/);
  assert.match(await run(), /Kept the masks of 1 image/);
});

Deno.test("predict refuses a misspelt precision with the nearest", async () => {
  await assert.rejects(
    readLine(predictCommand, ["m", "a.png", "--precision", "mixd"]),
    /--precision is "mixd": choose float32, mixed, .* \(did you mean mixed\?\)/,
  );
});

Deno.test("a prediction has begun if the first image has a mask", async () => {
  await using folder = await temporaryFolder();
  const output = join(folder.path, "out");
  const begun = (name: string) => predictionHasBegun([{ path: "", place: "", name, id: "" }], output);
  assert.equal(await begun("w1/a"), false);
  await Deno.mkdir(join(output, "w1"), { recursive: true });
  await Deno.writeTextFile(join(output, "w1/a_notes.png"), "");
  await Deno.writeTextFile(join(output, "w1/ab_mask.png"), "");
  assert.equal(await begun("w1/a"), false);
  for (const file of ["a_mask.png", "a#1_mask.png", "a_mask.tif"]) {
    await Deno.writeTextFile(join(output, "w1", file), "");
    assert.equal(await begun("w1/a"), true, file);
    await Deno.remove(join(output, "w1", file));
  }
});

Deno.test("advice on the precision of many images is given once, before the first result", async () => {
  await using folder = await temporaryFolder();
  const model = join(folder.path, "m.safetensors"), images = join(folder.path, "in");
  await saveSmallModel(model);
  await Deno.mkdir(images);
  for (let i = 0; i < 20; i++) await Deno.writeFile(join(images, `${i}.png`), image(i));
  const lines = async (chosen: "mixed" | undefined, out: string, given = images) => {
    const advice = precisionAdvice(runtimeInfo(), chosen, "prediction") || "No advice";
    const args = ["--output", join(folder.path, out), ...(chosen ? ["--precision", chosen] : [])];
    const { error } = await runPredict(model, given, ...args);
    return [occurrences(error, advice), advice === "No advice" ? 0 : 1];
  };
  const [found, expected] = await lines(undefined, "out");
  assert.equal(found, expected);
  assert.equal((await lines(undefined, "out"))[0], 0);
  assert.equal((await lines(undefined, "one", join(images, "0.png")))[0], 0);
  const [slower, expectedToBeSlower] = await lines("mixed", "half", join(images, "0.png"));
  assert.equal(slower, expectedToBeSlower);
});

Deno.test("advice on the precision of a training is given once, for the user's data, before it begins", async () => {
  await using folder = await temporaryFolder();
  const { samples } = await generateDataset({ count: 4, size: 32, seed: 12 });
  const data = await writeImageFolder(join(folder.path, "data"), samples);
  const small = ["architecture=pspnet", "encoder=mobilenet_v2", "cropSize=32", "epochs=1", "batchSize=2", "folds=2"];
  const run = async (...more: string[]) => {
    const args = [...small, ...more].flatMap((each) => ["-p", each]);
    return (await runTrain("--data", data, "--force", "--results", join(folder.path, "r"), ...args)).error;
  };
  for (const chosen of [undefined, "mixed"] as const) {
    const advice = precisionAdvice(runtimeInfo(), chosen, "training"), more = chosen ? [`precision=${chosen}`] : [];
    const [first, again] = [await run(...more), await run(...more)];
    assert.equal(first.filter((line) => /bfloat16/.test(line)).length, advice ? 1 : 0, first.join("\n"));
    assert.equal(occurrences(first, advice || "No advice"), advice ? 1 : 0);
    assert.equal(occurrences(again, advice || "No advice"), 0, again.join("\n"));
  }
});
