import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { methodsText, openStudy, type Study } from "lib/study";

const study = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
const { analysis, runs } = study;

/** The study with other configurations of all runs. */
const withConfig = (change: Partial<Study["runs"][number]["config"]>): Study => ({
  ...study,
  runs: runs.map((run) => ({ ...run, config: { ...run.config, ...change } })),
});

Deno.test("the methods of a study have the numbers of its records", () => {
  const text = methodsText(study).replaceAll("\\", "");
  const members = runs.filter(({ run }) => analysis.members.some((member) => member.runs.includes(run)));
  const { config: { learningRate, weightDecay, warmupSteps, batchSize, cropSize, epochs } } = members[0];
  const steps = members.map(({ stepLosses }) => stepLosses.length);
  const hours = members.reduce((sum, { seconds }) => sum + seconds.steps + seconds.waiting, 0) / 3600;
  const groups = (names: readonly string[]) => new Set(names).size;
  for (
    const wanted of [
      "dsb2018_fluo has 309 images in 121 groups, all fluorescence",
      `A test split of ${analysis.test.ids.length} images in ${groups(analysis.test.groups)} groups`,
      `the other ${analysis.outOfFold.ids.length} images in ${groups(analysis.outOfFold.groups)} groups`,
      `(${members.length} runs), for ${Math.min(...steps)} to ${Math.max(...steps)} steps (${epochs} epochs)`,
      `of ${batchSize} random crops of ${cropSize} × ${cropSize} pixels, with AdamW`,
      `a weight decay of ${weightDecay} and a learning rate of ${learningRate}, which rose linearly over ${warmupSteps} steps`,
      "focal loss (Lin et al. 2017; γ = 2, without α)",
      "Further runs varied settings: the seed in 16; the number of epochs in 1.",
      "All weights were initialised at random.",
      "(commits 2a26ba2 and a04ea2e), on TensorFlow 2.21.0 and Deno 2.9.6 on 2026-11-24.",
      "40 runs on 1 thread of AMD EPYC and 1 run on 2 threads of AMD EPYC",
      `the steps of the members took ${hours.toFixed(1)} hours`,
    ]
  ) assert.ok(text.includes(wanted), `"${wanted}" is not in ${text}`);
});

Deno.test("the methods say what was not done, and nothing that was", () => {
  const limits = (described: Parameters<typeof methodsText>[0]) => methodsText(described).split("\n\n").at(-1)!;
  const said = limits(study);
  assert.match(said, /^\*\*What was not done\.\*\* There is no external test set: the test split comes from/);
  assert.match(said, /trained once per fold, .*; further seeds were trained for .*unet focal on 1 fold only\./);
  assert.match(said, /Thresholds were not tuned.* Objects were not scored\./);
  assert.doesNotMatch(said, /microscope|diverged|The epoch of each run|no commit holds/);

  const members = analysis.members.map((member, m) => ({ ...member, seed: m % 3, precision: member.outOfFold }));
  const seeded = runs.map((run, r) => ({ ...run, config: { ...run.config, seed: r % 3, learningRate: 1 + r } }));
  const more = limits({
    analysis: { ...analysis, members },
    runs: seeded,
    diverged: [runs[0]],
  });
  assert.match(more, /1 run diverged/);
  assert.doesNotMatch(more, /trained once|learning rate|Objects were not/);
  const tuned = { ...analysis, members: members.map((member) => ({ ...member, tunedOutOfFold: member.outOfFold })) };
  assert.doesNotMatch(limits({ analysis: tuned, runs: seeded, diverged: [] }), /Thresholds were not tuned/);

  const other = limits(withConfig({ encoderWeights: "imagenet", selection: "best", augmentations: ["randomGamma"] }));
  assert.match(other, /The epoch of each run was chosen by the fold that scores it/);
  assert.doesNotMatch(other, /pretrained|No augmentation/);
  const empty = { ids: [], groups: [], modalities: [], foreground: [] };
  assert.match(limits({ ...study, analysis: { ...analysis, test: empty } }), /There is no test set, neither a split/);
});

Deno.test("further and diverged runs of other encoders, weights and augmentations are not denied", () => {
  const isMember = (name: string) => analysis.members.some((member) => member.runs.includes(name));
  const change = { encoder: "resnet18", encoderWeights: "imagenet", augmentations: ["randomGamma"] } as const;
  const changed = runs.filter(({ run }) => !isMember(run)).map((run) => ({
    ...run,
    config: { ...run.config, seed: 1, epochs: 7, ...change, augmentations: [...change.augmentations] },
  }));
  const members = runs.filter(({ run }) => isMember(run));
  const text = methodsText({ ...study, runs: [...members, ...changed] });
  assert.match(text, /Further runs varied settings: the encoder, the initial weights and the augmentations in 17\./);
  const diverged = changed.slice(0, 1).map(({ run, config }) => ({
    run,
    config,
    message: "The loss is NaN at step 3",
  }));
  for (const said of [text, methodsText({ ...study, runs: members, diverged })]) {
    assert.doesNotMatch(said, /No other encoder|No pretrained weights|No augmentation/);
  }
  assert.match(methodsText({ ...study, runs: members }), /No other encoder.* No pretrained weights.* No augmentation/);
});

Deno.test("a further run of another loss or architecture names it, and a repeated one varies nothing", () => {
  const [{ runs: [name] }] = analysis.members;
  const first = runs.find(({ run }) => run === name)!;
  const members = runs.filter(({ run }) => analysis.members.some((member) => member.runs.includes(run)));
  const further = (change: Partial<typeof first.config>) =>
    methodsText({
      ...study,
      runs: [...members, { ...first, run: "further", config: { ...first.config, ...change } }],
    });
  assert.match(further({ loss: "lovasz" }), /Further runs varied settings: the loss in 1\./);
  assert.match(further({ architecture: "fpn", seed: 2 }), /varied settings: the architecture and the seed in 1\./);
  const repeated = further({ gradientNorm: !first.config.gradientNorm });
  assert.match(repeated, /1 further run repeated the training of a member with the same settings\./);
  assert.doesNotMatch(repeated, /Further runs varied/);
});

Deno.test("generated images, pretrained encoders, classes and several rates are named", async () => {
  const generated = { ...analysis, dataset: { ...analysis.dataset, name: "generated-nuclei" } };
  assert.match(methodsText({ ...study, analysis: generated }), /the project generated them.*No image of a microscope/s);
  // A user's folder of such a name holds no generated images.
  const crops = { ...analysis, dataset: { ...analysis.dataset, name: "generated-crops" } };
  assert.doesNotMatch(methodsText({ ...study, analysis: crops }), /generated them|No image of a microscope/);
  const own = methodsText({ ...study, analysis: generated, source: { folder: "/data/generated-nuclei" } });
  assert.doesNotMatch(own, /generated them|No image of a microscope/);
  const weak = await openStudy("weak-members", join(projectFolder(), "results/committed"));
  assert.match(methodsText(weak), /the project generated them \(256 × 256 pixels, seed 21, difficulty 1 of 0 to 1\)/);
  const demonstration = methodsText({ ...study, analysis: generated, source: { folder: "" } });
  assert.match(demonstration, /generated them \(192 × 192 pixels, seed 20, difficulty 0\.2 of 0 to 1\)/);
  assert.match(methodsText(withConfig({ encoderWeights: "imagenet" })), /The encoders started from ImageNet weights\./);
  assert.match(methodsText(study), /an input of 3 channels\./);
  assert.match(methodsText(withConfig({ inChannels: 1 })), /an input of 1 channel\./);
  const classes = withConfig({ classNames: ["background", "<b>", "long"] });
  assert.match(methodsText(classes), /The task is foreground \(background, &#60;b&#62;, long\)\./);
  const rates = runs.map((run) => ({
    ...run,
    config: { ...run.config, learningRate: run.config.architecture === "unet" ? 0.002 : 0.001 },
  }));
  assert.match(methodsText({ ...study, runs: rates }), /a learning rate of 0\.002 or 0\.001, which/);
});

Deno.test("a study whose records are incomplete is refused by the name of the run", () => {
  const [{ runs: [lost] }] = analysis.members;
  const incomplete = runs.filter(({ run }) => run !== lost);
  assert.throws(() => methodsText({ ...study, runs: incomplete }), {
    name: "RunError",
    message: `The record of ${lost}, a run of unet bce, is missing: run deno task study again`,
  });
});
