import assert from "node:assert/strict";
import { join } from "node:path";
import { judgeClaims, openWorlds, worldLines, worldRows, WORLDS } from "lib/study";
import { groupSpread, trainingSpread } from "lib/study/worlds/spreads.ts";
import { firstPage } from "lib/study/report/first_page.ts";
import { mean } from "lib/math/mean.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const worlds = await openWorlds();
const real = worlds.filter(({ name }) => name === "dsb2018_fluo"), [{ study }] = real;
const cells = (topic: Parameters<typeof worldRows>[1]) =>
  new Map(worldRows(real, topic).map(([name, ...row]) => [name, row]));

Deno.test("every world has a column, and each table the data, the baselines and both spreads", () => {
  for (const topic of ["networks", "ensembles", "losses"] as const) {
    const rows = worldRows(worlds, topic);
    for (const row of rows) assert.equal(row.length, 1 + worlds.length, row[0]);
    const names = rows.map(([name]) => name);
    for (const name of ["Otsu's threshold", "all foreground"]) assert.ok(names.includes(name), name);
    assert.equal(names.filter((name) => name.startsWith("spread over ")).length, 2);
  }
});

Deno.test("a world's table has the numbers and verdicts of its study", () => {
  assert.deepEqual(cells("networks").get("DeepLabV3+"), ["0.893 with focal loss"]);
  assert.deepEqual(cells("ensembles").get("soft voting − best single member"), ["−0.015 (−0.020 to −0.0104): worse"]);
  const seeds = cells("losses").get("BCE − focal, UNet, seeds of the first fold");
  assert.deepEqual(seeds, [
    "5 seeds: +0.004 (0.002 to 0.006): equivalent (less than 0.01), for the method too",
  ]);
  // The study is of an earlier version, which did not count objects.
  assert.deepEqual(
    cells("ensembles").get("soft voting − best single member, mean average precision of objects"),
    ["–"],
  );
});

Deno.test("a claim that an ensemble does not help also says what remains of a gain at tuned thresholds", () => {
  const weak = worlds.find(({ name }) => name === "weak-members")!;
  const judged = judgeClaims(weak.study).find(({ id }) => id === "shallow-cnn")!;
  assert.equal(judged.verdict, "refuted");
  assert.match(
    judged.finding,
    /^\+0\.033 .*: better; each at tuned thresholds −0\.014 \(−0\.021 to −0\.006\): inconclusive/,
  );
  assert.doesNotMatch(judgeClaims(study).find(({ id }) => id === "shallow-cnn")!.finding, /tuned/);
});

Deno.test("the spread over groups is the standard error of a mean of groups", () => {
  const outOfFold = { ...study.analysis.outOfFold, groups: ["a", "b", "c"] };
  const [member] = study.analysis.members;
  const spread = groupSpread({ members: [{ ...member, outOfFold: [0.1, 0.2, 0.6] }], outOfFold });
  // The variance of 0.1, 0.2 and 0.6 is 0.07, that of their mean a third of it.
  assert.ok(Math.abs(spread - Math.sqrt(0.07 / 3)) < 1e-12);
});

Deno.test("the spread over trainings is that of the seeds, computed from the records themselves", async () => {
  const recipes = new Map<string, number[]>();
  for await (const { name, isDirectory } of Deno.readDir(study.folder)) {
    if (!isDirectory) continue;
    const { config, imageDice, testDice, stepLosses } = JSON.parse(
      await Deno.readTextFile(join(study.folder, name, "run.json")),
    );
    if (config.fold !== 0 || stepLosses.length > 301) continue;
    const key = `${config.architecture} ${config.loss}`;
    recipes.set(key, [...recipes.get(key) ?? [], mean([...imageDice.model, ...testDice.model])]);
  }
  let squares = 0, freedom = 0;
  for (const scores of recipes.values()) {
    for (const score of scores) squares += (score - mean(scores)) ** 2;
    freedom += scores.length - 1;
  }
  assert.equal(freedom, 16);
  assert.ok(Math.abs(trainingSpread(study)! - Math.sqrt(squares / freedom)) < 1e-12);
  assert.equal(trainingSpread({ ...study, runs: [] }), undefined);
});

Deno.test("a world without a finished study in the folder is left out", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "dsb2018_fluo"));
  await Deno.writeTextFile(join(folder.path, "dsb2018_fluo", "grid.json"), "{}");
  assert.deepEqual(await openWorlds(folder.path), []);
  for (const { name, label } of worlds) assert.equal(WORLDS[name].label, label);
});

Deno.test("a report answers in a line for each world which model, whether ensembles help, which loss, and why", () => {
  const { markdown } = firstPage(study, { demonstration: false, worlds });
  const lines = markdown.split("\n").filter((line) => worlds.some(({ label }) => line.startsWith(`- **${label}**: `)));
  assert.equal(lines.length, worldLines(worlds).length);
  for (const line of lines) {
    assert.match(
      line,
      /has the highest Dice, 0\.\d+\. By Dice, on these images .*(ensemble|beats).*BCE.*focal loss.*Averaging gains/,
    );
  }
  assert.doesNotMatch(firstPage(study, { demonstration: false }).markdown, /in other studies/);
});

Deno.test("the table of networks says how many pairs of seeds of one recipe count as different", () => {
  const name = "pairs of seeds of one recipe that the margin calls better or worse";
  const [, ...row] = worldRows(worlds, "networks").find(([first]) => first === name)!;
  const found = new Map(worlds.map((world, i) => [world.name, row[i]]));
  assert.deepEqual(Object.fromEntries(found), {
    "weak-members": "26 of 52",
    dsb2018_fluo: "0 of 40",
    "fluo-imagenet": "1 of 52",
    "fluo-scratch": "6 of 52",
    "mixed-kinds": "13 of 52",
  });
});

Deno.test("the table of ensembles has objects of the votes by two scores, whose signs may differ", () => {
  const mixed = worlds.filter(({ name }) => name === "mixed-kinds");
  const rows = new Map(worldRows(mixed, "ensembles").map(([name, cell]) => [name, cell]));
  const found = ["soft voting", "greedy selection"].map((name) =>
    ["mean average precision of objects", "pooled average precision of objects at an IoU of 0.5"].map((score) =>
      rows.get(`${name} − best single member, ${score}`)!
    )
  );
  const [[softMean, softPooled], [greedyMean, greedyPooled]] = found;
  assert.match(softMean, /^−0\.046 \(−0\.065 to −0\.027\): worse$/);
  assert.match(softPooled, /^\+0\.064 \(0\.012 to 0\.116\): better$/);
  assert.match(greedyMean, /^\+0\.036 \(0\.023 to 0\.049\): better$/);
  assert.match(greedyPooled, /^−0\.040 \(−0\.117 to 0\.038\): inconclusive$/);
});

Deno.test("a best single member that differs by fold is named as such", () => {
  const mixed = worlds.filter(({ name }) => name === "mixed-kinds");
  const rows = new Map(worldRows(mixed, "ensembles").map(([name, cell]) => [name, cell]));
  assert.equal(rows.get("best single member at tuned thresholds"), "0.871 (unet bce or unet focal, by fold)");
  assert.match(
    new Map(worldLines(mixed)).get(mixed[0].label)!,
    /member \(unet bce or unet focal, by fold\) has 0\.871/,
  );
});

Deno.test("what a network gains over its control is the mean of both losses, and is named so", () => {
  const names = worldRows(worlds, "networks").map(([name]) => name);
  assert.ok(names.includes("UNet − the same network in the control, mean of both losses"));
});
