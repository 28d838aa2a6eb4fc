import assert from "node:assert/strict";
import { comparePaired } from "lib/evaluate";
import {
  correctMembersChart,
  differenceChart,
  diversityChart,
  gradientChart,
  levelLabel,
  membersChart,
  precisionChart,
  qualityChart,
  reliabilityChart,
  type StudyAnalysis,
  thresholdChart,
} from "lib/study";

/** The texts of a drawing, from the top of the file to its end. */
const texts = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

Deno.test("the best member comes first, and a baseline far below is in the caption only", () => {
  const groups = Array.from({ length: 8 }, (_, i) => `field ${i}`), dice = (mean: number) => groups.map(() => mean);
  const analysis = {
    task: "foreground",
    outOfFold: { groups },
    members: [["pspnet bce", 0.8], ["unet bce", 0.9]].map(([name, mean]) => ({
      name,
      outOfFold: dice(mean as number),
      test: [],
    })),
    baselines: {
      otsu: { outOfFold: dice(0.85), test: [] },
      "all-foreground": { outOfFold: dice(0.2), test: [] },
    },
  } as unknown as StudyAnalysis;
  const all = texts(membersChart(analysis).svg!);
  assert.equal(all[0], "1 of 2 members have a higher mean Dice than Otsu's threshold");
  assert.ok(all.indexOf("unet bce") < all.indexOf("pspnet bce"));
  assert.ok(all.includes("Otsu 0.850"));
  assert.match(all.at(-1)!, /^Otsu's threshold: 0\.850 .*; all foreground: 0\.200/);
  const ticks = all.filter((text) => /^0\.\d+$/.test(text)).map(Number);
  assert.ok(ticks.length > 2 && Math.min(...ticks) >= 0.75, "the axis does not reach down to the baseline");
});

Deno.test("the chart of differences counts better and worse images, and not equal ones", () => {
  const { description } = differenceChart({ name: "best single member", dice: [0.5, 0.6, 0.7, 0.8] }, {
    name: "soft voting",
    dice: [0.4, 0.6, 0.8, 0.9],
  });
  assert.equal(
    description,
    "Soft voting is better than the best single member on 2 of 4 images, and worse on 1; mean difference 0.025",
  );
});

Deno.test("the chart of gradients does not depend on the scale of the norms", () => {
  const norms = [1, 2, 1, 2, 4], scaled = norms.map((norm) => 1000 * norm);
  const draw = (values: number[]) => gradientChart([{ name: "unet bce", norms: values }]);
  assert.equal(draw(norms).svg, draw(scaled).svg);
  // Each norm is twice or half the one before.
  assert.match(draw(norms).description, /by a factor of 2\.00 \(unet bce\)/);
});

Deno.test("each cause of weak members has a panel, and no line joins its points", () => {
  const gain = { estimate: 0.02, low: 0.01, high: 0.03 };
  const causes = ["training-length", "label-noise"].map((cause) => ({
    cause,
    members: cause === "training-length" ? 8 : 3,
    levels: [0.4, 0.6, 0.8].map((quality, level) => ({
      level,
      quality: { estimate: quality, low: quality - 0.01, high: quality + 0.01 },
      gain,
    })),
    difference: { ...gain, groups: 9, trainings: 1, coverage: 0.96 },
  }));
  const { svg } = qualityChart(causes);
  assert.ok(texts(svg!).includes("training length, 8 members") && texts(svg!).includes("label noise, 3 members"));
  assert.equal(svg!.match(/aria-label="dot"/g)!.length, 2);
  assert.equal(svg!.match(/aria-label="line"/g), null);
});

Deno.test("the chart of thresholds says what 0.5 costs compared with the best", () => {
  const member = (name: string, loss: string, at: number) => ({
    name,
    architecture: "unet",
    loss,
    thresholds: [0.3, 0.5, 0.7].map((threshold) => ({ threshold, dice: 0.9 - (threshold - at) ** 2 })),
  });
  const members = [
    member("unet bce", "bce", 0.5),
    member("unet focal", "focal", 0.3),
  ] as unknown as StudyAnalysis["members"];
  const { description, svg } = thresholdChart(members);
  assert.match(description, /^At a threshold of 0\.5 these members lose at most 0\.040 Dice \(unet focal\)/);
  // One colour for the architecture, dashes for the second loss.
  assert.equal(svg!.match(/stroke-dasharray="6 4"/g)!.length, 1);
});

Deno.test("the chart of differences counts as equal what the table of ensembles does, differences of rounding too", () => {
  const best = [0.5, 0.6, 0.7], vote = [0.5 - 5e-7, 0.6, 0.8];
  const { description } = differenceChart({ name: "best", dice: best }, { name: "vote", dice: vote });
  const { wins, losses } = comparePaired([vote], [best], ["a", "b", "c"]);
  assert.deepEqual([wins, losses], [1, 0]);
  assert.ok(description.startsWith(`Vote is better than the best on ${wins} of 3 images, and worse on ${losses};`));
});

Deno.test("the chart of right members says of which pixels, and paints half of the members as no majority", () => {
  const { description, svg } = correctMembersChart([0.1, 0.2, 0.3, 0.25, 0.15]);
  assert.match(
    description,
    /^All 4 members are right on 15 % of the pixels that are foreground or called so, none on 10 %/,
  );
  assert.ok(texts(svg!).join(" ").includes("that the truth or any member calls foreground"));
  // Of 4 members 0, 1 and 2 are no majority.
  assert.equal(svg!.match(/<rect [^>]*fill="#d55e00"/g)!.length, 3);
});

Deno.test("the label of a cause is at the level that should be weakest, even if another has a lower Dice", () => {
  const point = (quality: number) => ({ estimate: quality, low: quality - 0.01, high: quality + 0.01 });
  const levels = [[0.34, 0.82], [0.67, 0.8], [null, 0.84]].map(([level, quality]) => ({
    level,
    quality: point(quality!),
    gain: point(0.02),
  }));
  const difference = { ...point(0), groups: 9, trainings: 1, coverage: 0.96 };
  const drawn = texts(qualityChart([{ cause: "training-set-size", members: 3, levels, difference }]).svg!);
  assert.ok(drawn.includes(levelLabel("training-set-size", 0.34)));
  assert.ok(!drawn.includes(levelLabel("training-set-size", 0.67)));
});

Deno.test("a chart of one study names it in its subtitle", () => {
  const dice = { name: "best", dice: [0.5, 0.6] }, pairs = [{ a: "a", b: "b", disagreement: 0.1, gain: 0.01 }];
  const member = { name: "unet bce", architecture: "unet", loss: "bce", thresholds: [{ threshold: 0.5, dice: 0.9 }] };
  const members = [member] as unknown as StudyAnalysis["members"];
  const interval = { estimate: 0, low: -0.01, high: 0.01, groups: 9, trainings: 1, coverage: NaN };
  const judgement = { id: "a", name: "a", dice: interval, precision: interval };
  const verdicts = { byDice: "inconclusive", byPrecision: "inconclusive" } as const;
  const figures = [
    gradientChart([{ name: "unet bce", norms: [1, 2, 1] }], "quick"),
    reliabilityChart(members, "quick"),
    thresholdChart(members, "quick"),
    differenceChart(dice, { ...dice, dice: [0.4, 0.7] }, "quick"),
    precisionChart([{ ...judgement, ...verdicts }], "quick"),
    diversityChart(pairs as unknown as StudyAnalysis["pairs"], "quick"),
    correctMembersChart([0.5, 0.5], "quick"),
  ];
  for (const { svg, description } of figures) {
    assert.ok(texts(svg!).some((text) => text.startsWith("Study quick.")), description);
  }
});
