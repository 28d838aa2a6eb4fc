// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { comparePaired, type Comparison, differenceVerdict, type Interval } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import {
  bestTuned,
  compareBatchSizes,
  compareEnsembles,
  compareLosses,
  compareLossSeeds,
  compareSeedsWithControl,
  compareStability,
  compareTasks,
  compareTuned,
  compareTunedLosses,
  compareWithControl,
  gainsByCause,
  heldOutDice,
  heldOutIds,
  imageGroups,
  judgeClaims,
  methodWords,
  modalityRows,
  objectGainRows,
  openStudy,
  openWorlds,
  seedNull,
  showInterval,
  showScore,
  taskFinding,
  taskRows,
  thresholdCells,
  verdictWords,
  worldRows,
} from "lib/study";
import { mean } from "lib/math/mean.ts";
import { architectureLabel } from "lib/nn/architectures/architectures.ts";
import type { RunRecord } from "lib/runs/run_store.ts";
import { compareKinds } from "lib/study/answers/model_answer.ts";
import { heldOutLoss } from "lib/study/answers/loss_choice.ts";
import { bestKinds, lossLabel } from "lib/study/answers/network_kinds.ts";
import { loneSelection } from "lib/study/compare/lone_selection.ts";
import { showDifference, showNumber } from "lib/study/claims/show_interval.ts";

const folder = join(projectFolder(), "results/committed");
const [fluo, quick] = [await openStudy("dsb2018_fluo", folder), await openStudy("quick", folder)];
const worlds = await openWorlds(folder), weak = worlds.find(({ name }) => name === "weak-members")!.study;
const pretrained = worlds.find(({ name }) => name === "fluo-imagenet")!.study;
const borderStudy = await openStudy("fluo-border", folder);
const mixed = worlds.find(({ name }) => name === "mixed-kinds")!.study;
const readme = await Deno.readTextFile(join(projectFolder(), "README.md"));
const page = await Deno.readTextFile(join(projectFolder(), "docs/study/results.md"));
const [, weakPage, real, pretrainedPage, mixedPage, _trainedOut, objectsPage, side, demonstration] = page.split(
  /^## (?:Weak members|Real images|Objects|Side by side|The demonstration).*$/m,
);

/** The record of the demonstration's editions. */
const Editions = z.object({
  claims: z.array(z.object({ claim: z.string(), verdicts: z.array(z.string()) })),
  differences: z.array(z.object({
    difference: z.string(),
    /** Estimate and interval of each. */
    editions: z.array(z.tuple([z.number(), z.number(), z.number()])),
    verdicts: z.array(z.string()),
    all: z.tuple([z.number(), z.number(), z.number()]),
    coverage: z.number(),
  })),
});

interface Difference {
  difference: Interval;
  detectable: number;
}

/** The cells of a difference in a table: the interval, and both verdicts. */
const cells = ({ difference, detectable }: Difference) =>
  `${showDifference(difference)} | ${verdictWords(difference, detectable)} | ${methodWords(difference, detectable)} |`;

/** Asserts that a page has every row with these cells. */
function assertRows(text: string, rows: readonly Difference[]): void {
  assert.ok(rows.length > 0);
  const missing = rows.map(cells).filter((row) => !text.includes(`| ${row}`));
  assert.deepEqual(missing, [], "the page lacks these cells, which follow from the records");
}

const ensembles = ({ analysis }: typeof fluo) =>
  compareEnsembles(analysis, "outOfFold").filter(({ id }) =>
    ["soft-voting", "greedy-selection", "shallow-cnn", "residual"].includes(id)
  ).map(({ versusBest }) => versusBest);
const losses = ({ analysis }: typeof fluo, ...architectures: string[]) =>
  compareLosses(analysis).filter(({ architecture }) => architectures.includes(architecture));
const seeds = (study: typeof fluo) => compareLossSeeds(study).map(({ comparison }) => comparison);

/** Compares controls with one of them. */
function controls({ analysis: { controls } }: typeof fluo, reference: string, ...kinds: string[]): Comparison[] {
  const find = (wanted: string) =>
    controls!.entries.find(({ kind, architecture }) => kind === wanted && ["unet", null].includes(architecture))!;
  return kinds.map((kind) => comparePaired([find(kind).dice], [find(reference).dice], controls!.groups));
}

const [best, next] = bestKinds(fluo.analysis);
const bestModels = compareKinds(best, next, fluo.analysis.outOfFold.groups);

/** The vote of eight UNets less one, with four digits. */
const [eight] = controls(fluo, "alone", "seeds");
const four = (value: number) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(4);
const eightUnets = ({ estimate, low, high }: Interval) => `+${four(estimate)} (${four(low)} to ${four(high)})`;

Deno.test("README's verdicts on the study follow from the records", () => {
  assertRows(readme, [...ensembles(fluo).slice(0, 2), bestModels, seeds(fluo)[0]]);
  const words = `${verdictWords(eight.difference)} | ${methodWords(eight.difference)} |`;
  assert.ok(readme.includes(`| ${eightUnets(eight.difference)} | ${words}`), eightUnets(eight.difference));
});

Deno.test("every interval on the pages has the verdict that is printed after it", () => {
  const number = String.raw`(−?\d\.\d+)`;
  const pattern = new RegExp(`\\(${number} to ${number}\\)(?: \\||:) (better|worse|equivalent|inconclusive)`, "g");
  const read = (text: string) => Number(text.replace("−", "-"));
  const found = [...`${readme}${page}`.matchAll(pattern)];
  assert.ok(found.length > 150, `${found.length} intervals with a verdict`);
  const contradicting = found.filter(([, low, high, verdict]) =>
    differenceVerdict({ low: read(low), high: read(high) }) !== verdict
  );
  assert.deepEqual(contradicting.map(([text]) => text), []);
});

Deno.test("the page of results has the records' differences and verdicts on real images", () => {
  assertRows(real, [
    ...ensembles(fluo),
    ...controls(fluo, "architectures", "seeds", "alone", "longer"),
    ...losses(fluo, "deeplabv3", "deeplabv3plus", "all"),
    ...seeds(fluo),
  ]);
  assert.ok(real.includes(`${eightUnets(eight.difference)}: ${verdictWords(eight.difference)}`));
  assert.ok(real.includes(`${showDifference(bestModels.difference)}: ${verdictWords(bestModels.difference)}`));
  const [jumps] = compareStability(fluo);
  assert.deepEqual([jumps.id, jumps.verdict, jumps.difference.groups], ["jumps", "inconclusive", 4]);
  assert.ok(
    real.includes(`inconclusive: ${showInterval(jumps.difference, [0])} in the mean |Δ log|, over four architectures`),
  );
});

Deno.test("the page of results has the records' differences and verdicts of the demonstration", () => {
  assertRows(demonstration, [
    ...ensembles(quick),
    ...controls(quick, "architectures", "seeds", "longer"),
    ...losses(quick, "all"),
    ...seeds(quick),
    ...compareBatchSizes(quick).map(({ comparison }) => comparison),
  ]);
  const causes = gainsByCause(quick.analysis).filter(({ cause }) => cause !== "training-set-size");
  for (const { cause, difference } of causes) {
    assert.ok(demonstration.includes(`| ${showDifference(difference)} | ${verdictWords(difference)} |`), cause);
  }
});

Deno.test("the page of results has the verdicts of the demonstration with other seeds", async () => {
  const { claims, differences } = Editions.parse(
    JSON.parse(await Deno.readTextFile(join(projectFolder(), "results/bench/demonstration-seeds.json"))),
  );
  const counts = (verdicts: readonly string[]) =>
    [...Map.groupBy(verdicts, (verdict) => verdict)].sort(([, a], [, b]) => b.length - a.length)
      .map(([verdict, { length }]) => `${length} ${verdict}`).join(", ");
  const rows = differences.map(({ difference, editions, verdicts, all: [estimate, low, high], coverage }) => {
    const all = { estimate, low, high, groups: NaN, trainings: editions.length, coverage };
    // The estimate alone.
    const each = editions.map(([value]) => showDifference({ estimate: value, low: value, high: value }).split(" ")[0]);
    editions.forEach(([, low, high], i) => assert.equal(differenceVerdict({ low, high }), verdicts[i]));
    return [difference, each.join(", "), counts(verdicts), showDifference(all), methodWords(all)];
  });
  rows.push(...claims.map(({ claim, verdicts }) => [claim, counts(verdicts)]));
  assert.deepEqual(rows.map((row) => `| ${row.join(" | ")} |`).filter((row) => !demonstration.includes(row)), []);
  // The first edition is the committed one.
  assert.deepEqual(claims.map(({ verdicts }) => verdicts[0]), judgeClaims(quick).map(({ verdict }) => verdict));
  for (
    const { name, versusBest: { difference: { estimate, low, high } } } of compareEnsembles(quick.analysis, "outOfFold")
  ) {
    const [found] = differences.find(({ difference }) => difference === `${name} − best single member`)!.editions;
    [estimate, low, high].forEach((value, i) => assert.ok(Math.abs(value - found[i]) < 1e-6, name));
  }
  const changed = claims.filter(({ verdicts }) => new Set(verdicts).size > 1);
  const opposed = differences.filter(({ verdicts }) => verdicts.includes("better") && verdicts.includes("worse"));
  const same = differences.filter(({ verdicts }) => new Set(verdicts).size === 1);
  const decided = rows.filter((row) => /^(better|worse|equivalent)/.test(row[4]));
  assert.deepEqual(
    [claims, changed, differences, same, opposed, decided].map(({ length }) => length),
    [9, 5, 23, 5, 3, 7],
    "the sentences on the page say so in words",
  );
  assert.ok(!changed.some(({ verdicts }) => verdicts.includes("supported") && verdicts.includes("refuted")));
});

Deno.test("the page of results names the networks whose loss would be another one if the other folds chose it", () => {
  const found = worlds.flatMap(({ name, study: { analysis } }) =>
    bestKinds(analysis).flatMap(({ architecture }) => {
      const { isSame, estimate } = heldOutLoss(analysis, architecture)!;
      return isSame ? [] : [`${name} ${architecture} ${showNumber(estimate)}`];
    })
  ).toSorted();
  assert.deepEqual(found, [
    "dsb2018_fluo deeplabv3 0.854",
    "dsb2018_fluo pspnet 0.805",
    "mixed-kinds deeplabv3plus 0.841",
    "weak-members pspnet 0.338",
  ]);
  assert.ok(
    side.replaceAll(/\s+/g, " ").includes(
      "but for PSPNet with weak members (0.338), DeepLabV3 (0.854) and PSPNet (0.805) from scratch, and DeepLabV3+ on mixed kinds (0.841)",
    ),
  );
});

Deno.test("the tables of worlds side by side are those of the records", () => {
  for (const topic of ["networks", "ensembles", "losses"] as const) {
    const missing = worldRows(worlds, topic).map((row) => `| ${row.join(" | ")} |`).filter((row) =>
      !side.includes(row)
    );
    assert.deepEqual(missing, [], topic);
  }
});

/** Asserts that a page has the tables of members and of differences, at a threshold of 0.5 and at tuned ones. */
function assertMembers(text: string, analysis: typeof weak.analysis): void {
  const cells = new Map(analysis.members.map((member) => [member.name, thresholdCells(member)]));
  const three = (value: number | string) => typeof value === "number" ? value.toFixed(3) : value;
  for (const architecture of ["unet", "deeplabv3", "deeplabv3plus", "pspnet"]) {
    const [bce, focal] = ["bce", "focal"].map((loss) => cells.get(`${architecture} ${loss}`)!.map(three));
    assert.ok(text.includes(`| ${bce.map((cell, i) => `${cell}, ${focal[i]}`).join(" | ")} |`), architecture);
  }
  const baseline = (id: string) => mean(analysis.baselines[id].outOfFold).toFixed(3);
  assert.ok(text.includes(`| ${baseline("otsu")}, ${baseline("all-foreground")} |`));
  const find = (id: string) => compareEnsembles(analysis, "outOfFold").find((each) => each.id === id)!;
  const findTuned = (id: string) => compareTuned(analysis).find((each) => each.id === id)!;
  const pairs = [
    [find, findTuned].map((each) => showInterval(each("soft-voting").versusMean.difference)),
    ...["soft-voting", "shallow-cnn"].map((id) =>
      [find, findTuned].map((each) => showDifference(each(id).versusBest.difference))
    ),
    [compareLosses, compareTunedLosses].map((compare) => showDifference(compare(analysis).at(-1)!.difference)),
  ];
  for (const pair of pairs) assert.ok(text.includes(`| ${pair.join(" | ")} |`), pair.join());
}

Deno.test("the page of results has the records' numbers of the weak members", () => {
  const text = weakPage.replaceAll(/\s+/g, " "), { analysis } = weak;
  assertMembers(text, analysis);
  const [cnn, deeplab] = [analysis.ensembles, analysis.members].map((entries) =>
    entries.find((entry) =>
      ("id" in entry ? entry.id : entry.name) === ("id" in entry ? "shallow-cnn" : "deeplabv3 bce")
    )!.outOfFold
  );
  const fixed = comparePaired([cnn], [deeplab], analysis.outOfFold.groups).difference;
  const unets = compareLossSeeds(weak).find(({ architecture }) => architecture === "unet")!.comparison.difference;
  for (const shown of [showDifference(fixed), showDifference(unets), seedNull(weak)!.largest.toFixed(3)]) {
    assert.ok(text.includes(shown), shown);
  }
  assert.deepEqual(bestTuned(analysis)!.names, ["unet bce"]);
  for (const { level, quality, gain } of gainsByCause(analysis).flatMap(({ levels }) => levels)) {
    const steps = level ?? analysis.steps;
    assert.ok(text.includes(`| ${steps} | ${showScore(quality)} | ${showInterval(gain)} |`), `${steps} steps`);
  }
  const { perFold, onAll } = loneSelection(analysis)!;
  assert.deepEqual([perFold, onAll], [["deeplabv3plus bce", "deeplabv3 bce"], "deeplabv3 bce"]);
  const greedy = compareEnsembles(analysis, "outOfFold").find(({ id }) => id === "greedy-selection")!.versusBest;
  assert.ok(text.includes(`its difference (${showDifference(greedy.difference)}: equivalent)`));
  const claims = Map.groupBy(judgeClaims(weak), ({ verdict }) => verdict);
  const counts = ["supported", "refuted", "inconclusive"].map((verdict) => claims.get(verdict as "supported")!.length);
  assert.deepEqual(counts, [2, 2, 4]);
  const tuned = compareTuned(analysis).map(({ versusBest }) => differenceVerdict(versusBest.difference));
  assert.ok(!tuned.includes("better"), "the page says that no ensemble is better at tuned thresholds");
});

Deno.test("the page of results has the records' numbers of the pretrained networks", () => {
  const text = pretrainedPage.replaceAll(/\s+/g, " "), { analysis } = pretrained;
  assertMembers(text, analysis);
  const find = (id: string) => compareEnsembles(analysis, "outOfFold").find((each) => each.id === id)!.versusBest;
  assert.ok(text.includes(`equivalent: ${showDifference(find("greedy-selection").difference)}`));
  for (const id of ["soft-voting", "shallow-cnn"]) assert.equal(differenceVerdict(find(id).difference), "worse", id);
  const seeds = new Map(
    compareLossSeeds(pretrained).map(({ architecture, bce, comparison }) => [
      architecture,
      [bce.length, verdictWords(comparison.difference), methodWords(comparison.difference)],
    ]),
  );
  const equivalent = "equivalent (less than 0.01)";
  for (const [name, count] of [["unet", 5], ["pspnet", 5], ["deeplabv3plus", 3]] as const) {
    assert.deepEqual(seeds.get(name), [count, equivalent, equivalent], name);
  }
  assert.match(String(seeds.get("deeplabv3")), /^3,inconclusive/);
  const levels = gainsByCause(analysis).flatMap(({ levels }) => levels);
  assert.ok(
    text.includes(
      `After ${levels.map(({ level }) => level ?? analysis.steps).join(", ").replace(/, (\d+)$/, " and $1")} steps`,
    ),
  );
  for (const { quality, gain } of levels) {
    for (const { estimate } of [quality, gain]) assert.ok(text.includes(estimate.toFixed(3)), estimate.toFixed(3));
  }
});

Deno.test("the page of results has what the pretraining gains over its control", () => {
  const control = worlds.find(({ name }) => name === "fluo-scratch")!.study;
  const compared = compareWithControl(pretrained.analysis, control.analysis);
  assert.deepEqual(compared.map(({ architecture }) => architecture).toSorted(), [
    "all",
    "deeplabv3",
    "deeplabv3plus",
    "pspnet",
    "unet",
  ]);
  for (const { comparison: { difference, detectable } } of compared) {
    const row = `| ${showDifference(difference)} | ${verdictWords(difference, detectable)} |`;
    assert.ok(pretrainedPage.includes(row), row);
  }
  const dice = (runs: readonly RunRecord[]) => mean(runs.map((run) => mean(heldOutDice(run)))).toFixed(3);
  const seeds = compareSeedsWithControl(pretrained, control);
  assert.equal(seeds.length, 8);
  for (const { architecture, loss, ours, theirs, comparison: { difference, detectable } } of seeds) {
    const row = `| ${architectureLabel(architecture)} with ${lossLabel(loss)} | ${ours.length} | ${dice(ours)} | ` +
      `${dice(theirs)} | ${showDifference(difference)} | ${methodWords(difference, detectable)} |`;
    assert.ok(pretrainedPage.includes(row), row);
  }
  const losses =
    compareLossSeeds(control).find(({ architecture }) => architecture === "deeplabv3")!.comparison.difference;
  // The sentences after the tables.
  const flat = pretrainedPage.replaceAll(/\s+/g, " ");
  assert.ok(flat.includes(`for the method too: ${showDifference(losses)} over three seeds`));
  assert.equal(methodWords(losses), "better");
  const unets = seeds.find(({ architecture, loss }) => architecture === "unet" && loss === "focal")!.theirs;
  const [first, ...others] = unets.map((run) => mean(heldOutDice(run)).toFixed(3));
  assert.ok(
    flat.includes(`(${first}): its four other seeds have ${others.toSorted()[0]} to ${others.toSorted().at(-1)}`),
  );
  const ahead = [pretrained.analysis, control.analysis].map(({ members }) => {
    const [unet, pspnet] = ["unet", "pspnet"].map((wanted) =>
      mean(members.filter(({ architecture }) => architecture === wanted).map(({ outOfFold }) => mean(outOfFold)))
    );
    return (unet - pspnet).toFixed(3);
  });
  assert.ok(flat.includes(`with pretraining (${ahead[0]}) as without (${ahead[1]})`));
});

Deno.test("the page of results has the records' numbers of the mixed kinds", () => {
  const text = mixedPage.replaceAll(/\s+/g, " "), { analysis } = mixed;
  assertMembers(text, analysis);
  for (const row of modalityRows(analysis)) assert.ok(mixedPage.includes(`| ${row.join(" | ").trimStart()} |`), row[0]);
  const isGreedy = ({ id }: { id: string }) => id === "greedy-selection";
  const greedy = [
    compareEnsembles(analysis, "outOfFold").find(isGreedy)!,
    compareTuned(analysis).find(isGreedy)!,
  ].map(({ versusBest }) => showDifference(versusBest.difference));
  assert.ok(text.includes(`| ${greedy.join(" | ")} |`));
  const seeds = new Map(compareLossSeeds(mixed).map((each) => [each.architecture, each]));
  const { difference, detectable } = seeds.get("unet")!.comparison;
  assert.ok(text.includes(`Over five seeds of UNet the difference is ${showDifference(difference)}: inconclusive`));
  assert.match(methodWords(difference, detectable), /^inconclusive between equivalent and better/);
  assert.equal(methodWords(seeds.get("deeplabv3plus")!.comparison.difference), "equivalent (less than 0.01)");
  const { weights } = analysis.ensembles.find(isGreedy)!, votes = new Map<string, number>();
  analysis.members.forEach(({ architecture, loss }, i) => {
    if (weights![i] === 0) return;
    const network = architecture === "unet" ? architecture : `${architecture} ${loss}`;
    votes.set(network, (votes.get(network) ?? 0) + weights![i]);
  });
  assert.deepEqual([...votes.keys()], ["unet", "deeplabv3 focal", "deeplabv3plus focal"]);
  assert.ok(text.includes(`takes UNet for ${Math.round(100 * votes.get("unet")!)} % of its votes`));
  const ahead = compareEnsembles(analysis, "outOfFold").filter(({ versusBest }) => versusBest.difference.estimate > 0);
  assert.deepEqual(ahead.map(({ id }) => id), ["greedy-selection"]);
});

Deno.test("two seeds of one recipe differ as the page of results says", () => {
  const findGroup = imageGroups(fluo.analysis);
  const differences = compareLossSeeds(fluo).flatMap(({ bce, focal }) =>
    [bce, focal].flatMap((runs) => {
      const groups = heldOutIds(runs[0]).map(findGroup);
      return runs.flatMap((one, i) =>
        runs.slice(i + 1).map((other) => comparePaired([heldOutDice(one)], [heldOutDice(other)], groups).difference)
      );
    })
  );
  const excluding = differences.filter(({ low, high }) => low > 0 || high < 0).length;
  const count = (wanted: string) => differences.filter((each) => differenceVerdict(each) === wanted).length;
  const text = real.replaceAll(/\s+/g, " ");
  assert.ok(text.includes(`Of ${differences.length} such pairs`));
  assert.ok(text.includes(`excludes 0 in ${excluding};`), `${excluding}`);
  assert.ok(
    text.includes(`${count("equivalent")} pairs are equivalent, ${count("inconclusive")} inconclusive, and none`),
  );
  assert.equal(count("better") + count("worse"), 0);
});

Deno.test("the page of results has the differences of objects", () => {
  const lacking: string[] = [];
  for (const { name, study } of worlds) {
    for (const [, ensemble, ...cells] of objectGainRows(study)) {
      // What is inconclusive has no verdict in the table, and a study without objects has no row.
      if (!/^(soft voting|greedy selection)( \(|$)/.test(ensemble) || cells[1] === "–") continue;
      const [dice, precision, pooled, , f1, jaccard] = cells.map((cell) => cell.replace(": inconclusive", ""));
      const row = `, ${ensemble} | ${[dice, precision, pooled, f1, jaccard].join(" | ")} |`;
      if (!objectsPage.includes(row)) lacking.push(`${name}${row}`);
    }
  }
  assert.deepEqual(lacking, []);
});

Deno.test("the page of results has what the task border changes", () => {
  const borders = borderStudy.analysis, foreground = pretrained.analysis;
  const lacking: string[] = [];
  for (const [name, ...cells] of taskRows(borders, foreground).slice(1, 5)) {
    const [precision, pooled, , f1, jaccard] = cells.map((cell) => cell.replace(": inconclusive", ""));
    const row = `| ${name.replace(", border − foreground", "")} | ${[precision, pooled, f1, jaccard].join(" | ")} |`;
    if (!objectsPage.includes(row)) lacking.push(row);
  }
  assert.deepEqual(lacking, []);
  const text = objectsPage.replaceAll(/\s+/g, " "),
    { changed, ensembles, networks } = compareTasks(borders, foreground);
  assert.equal(taskFinding(borders, foreground).match(/changes 9 of 30 .*; none from better to worse/)?.length, 1);
  assert.ok(text.includes("Nine of 30 verdicts on ensembles change, none from better to worse or the reverse"));
  assert.equal(changed.length, 9);
  // No network is better, and UNet is below 0 by every score.
  assert.ok(
    networks.every(({ scores }) => Object.values(scores).every(({ judgement }) => judgement.here !== "better")),
  );
  assert.ok(Object.values(networks[0].scores).every(({ difference }) => difference.estimate < 0));
  const gains = (id: string, score: "meanPrecision" | "pooledPrecision50") => {
    const { here, there } = ensembles.find((each) => each.id === id)!;
    return [there, here].map((gains) => showDifference(gains[score].difference));
  };
  const [greedy, greedyBorder] = gains("greedy-selection", "pooledPrecision50");
  assert.ok(text.includes(`${greedy} with foreground, ${greedyBorder} with borders`), `${greedy}, ${greedyBorder}`);
  assert.ok(text.includes(gains("soft-voting", "meanPrecision").join(" and ")));
  const majority = ensembles.find(({ id }) => id === "majority-voting")!;
  assert.ok(Object.values(majority.here).every(({ judgement }) => judgement.here === "worse"));
});
