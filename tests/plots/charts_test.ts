import assert from "node:assert/strict";
import { join } from "node:path";
import type { Estimate } from "lib/evaluate/interval.ts";
import { makeDataset } from "lib/datasets/dataset.ts";
import { splitDataset } from "lib/datasets/splits.ts";
import { Random } from "lib/math/random.ts";
import { compareDistributions, compareSpectra } from "lib/plots/compare_chart.ts";
import type { Figure } from "lib/plots/figure.ts";
import { histogramChart } from "lib/plots/histogram_chart.ts";
import { intervalChart } from "lib/plots/interval_chart.ts";
import { intervalPanels } from "lib/plots/interval_panels.ts";
import { diceCurve, lossCurve, tuningChart } from "lib/plots/learning_curves.ts";
import { pairedIntervalChart } from "lib/plots/paired_interval_chart.ts";
import { lrChart } from "lib/plots/lr_chart.ts";
import { splitChart } from "lib/plots/split_chart.ts";
import type { StudyAnalysis } from "lib/study/analyse/analysis_record.ts";
import type { CauseGains } from "lib/study/compare/gains_by_cause.ts";
import { differenceChart } from "lib/study/report/difference_chart.ts";
import { gradientChart } from "lib/study/report/gradient_chart.ts";
import { reliabilityChart, thresholdChart } from "lib/study/report/member_curves.ts";
import { membersChart } from "lib/study/report/members_chart.ts";
import { correctMembersChart, diversityChart, qualityChart } from "lib/study/report/study_charts.ts";

const random = new Random(7);
const uniform = (count: number, low: number, high: number) =>
  Array.from({ length: count }, () => random.uniform(low, high));
const interval = (estimate: number, half: number): Estimate => ({
  estimate,
  low: estimate - half,
  high: estimate + half,
});
const decay = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, i) => to + (from - to) * Math.exp(-5 * i / count) * random.uniform(0.9, 1.1));
const percent = Array.from({ length: 21 }, (_, i) => i / 20);

const members = ["unet bce", "unet focal", "pspnet bce"].map((name, m) => ({
  name,
  architecture: name.split(" ")[0],
  loss: name.split(" ")[1],
  outOfFold: uniform(12, 0.5 + 0.1 * m, 0.9),
  test: [],
  calibration: {
    boundary: 0.02 + 0.03 * m,
    reliability: percent.slice(1, -1).map((predicted) => ({
      predicted,
      observed: Math.min(1, predicted ** (1 + 0.3 * m)),
      pixels: 100,
    })),
  },
  thresholds: percent.map((threshold) => ({ threshold, dice: 0.9 - 0.1 * m - (threshold - 0.5) ** 2 })),
})) as unknown as StudyAnalysis["members"];

const causes: CauseGains[] = ["training-length", "label-noise"].map((cause, s) => ({
  cause,
  members: 8,
  levels: [0.3, 0.5, 0.7, 0.9].map((quality, level) => ({
    level,
    quality: interval(quality + 0.03 * s, 0.01),
    gain: interval(0.04 - 0.05 * Math.abs(quality - 0.5), 0.01),
  })),
  difference: { ...interval(0.02, 0.01), groups: 9, trainings: 1, coverage: NaN },
}));

async function splitExample(): Promise<Figure> {
  const samples = Array.from({ length: 24 }, (_, i) => ({
    id: `image ${i}`,
    group: `field ${Math.floor(i / 3)}`,
    modality: i % 4 ? "fluorescence" as const : "brightfield" as const,
    image: { width: 2, height: 2, channels: 1 as const, bits: 8 as const, data: Uint8Array.of(0, i, 2, 3) },
    labels: { width: 2, height: 2, data: Uint16Array.of(0, 1, i % 2, 0) },
  }));
  const dataset = await makeDataset("example", samples);
  return splitChart(dataset, splitDataset(dataset, { folds: 3, testShare: 0.2 }));
}

/** Every chart of the library, with values of the size that it is made for. */
const CHARTS: Record<string, () => Figure | Promise<Figure>> = {
  loss_curve: () => lossCurve(decay(120, 0.7, 0.08)),
  dice_curve: () =>
    diceCurve({
      history: decay(3, 0.3, 0.9).map((dice, i) => ({
        epoch: i + 1,
        loss: 0.1,
        learningRate: 0.001,
        smoothedDice: dice,
        validation: { dice, iou: dice / 2, microDice: dice, microIou: dice / 2, images: 9 },
      })) as never,
      references: { "Otsu's threshold": 0.86 },
    }),
  tuning_chart: () =>
    tuningChart({
      threshold: 0.45,
      dice: 0.91,
      curve: percent.map((threshold) => ({ threshold, dice: 0.91 - (threshold - 0.45) ** 2 })),
    }),
  compare_distributions: () =>
    compareDistributions([{ name: "generated", values: uniform(400, 0, 1) }, {
      name: "real",
      values: uniform(400, 0, 1).map((value) => value ** 2),
    }], { label: "intensity" }),
  compare_spectra: () =>
    compareSpectra(["generated", "real"].map((name, i) => ({
      name,
      points: percent.slice(1).map((frequency) => ({ frequency: frequency / 2, power: frequency ** (-2 - i / 2) })),
    }))),
  histogram_chart: () => histogramChart(uniform(80, 10, 60), { label: "object area (pixels)", unit: "objects" }),
  interval_chart: () =>
    intervalChart([
      { name: "soft voting", interval: interval(-0.02, 0.01) },
      { name: "a residual meta-model of all members", interval: interval(0.01, 0.015) },
    ], {
      title: "Does an ensemble help?",
      subtitle: "In the grey band a difference counts as none.",
      caption: "Calling every pixel foreground: 0.222 (0.182 to 0.268)",
      label: "Dice less the best single member's",
      reference: 0,
      limit: 0.01,
      lines: [{ name: "Otsu", value: -0.015 }],
    }),
  interval_panels: () =>
    intervalPanels([
      { name: "real", rows: [{ name: "unet", interval: interval(0.002, 0.003) }] },
      {
        name: "generated",
        rows: [{ name: "unet", interval: interval(0.03, 0.02) }, { name: "pspnet", interval: interval(0.01, 0.01) }],
      },
    ], { title: "Is BCE better than focal loss?", label: "BCE − focal, Dice", reference: 0, sameScale: false }),
  paired_interval_chart: () =>
    pairedIntervalChart([
      {
        name: "soft voting",
        intervals: [interval(-0.015, 0.005), interval(0.03, 0.012)],
        notes: ["is worse", "is better"],
      },
      {
        name: "a residual meta-model of all members",
        intervals: [interval(0.002, 0.004), interval(-0.04, 0.02)],
        notes: ["is worse", "is equivalent"],
      },
    ], {
      title: "Dice and objects disagree on 1 of 2 ensembles",
      label: "difference to the best single member",
      scores: ["Dice", "mean average precision"],
      reference: 0,
      limit: 0.01,
    }),
  lr_chart: () =>
    lrChart(Array.from({ length: 40 }, (_, i) => {
      const learningRate = 1e-5 * 10 ** (i / 10), loss = 0.3 + (Math.log10(learningRate) + 2.5) ** 2 / 20;
      return { learningRate, loss: loss * random.uniform(0.95, 1.05), smoothed: loss };
    })),
  split_chart: splitExample,
  difference_chart: () => {
    const dice = uniform(40, 0.6, 0.95);
    return differenceChart({ name: "best single member", dice }, {
      name: "soft voting",
      dice: dice.map((value) => Math.min(1, value * random.uniform(0.97, 1.05))),
    });
  },
  members_chart: () => {
    const part = { groups: percent.slice(0, 12).map((_, i) => `field ${i >> 1}`) };
    const baselines = {
      otsu: { outOfFold: uniform(12, 0.6, 0.9), test: [] },
      "all-foreground": { outOfFold: uniform(12, 0.1, 0.3), test: [] },
    };
    return membersChart({ task: "foreground", members, baselines, outOfFold: part } as unknown as StudyAnalysis);
  },
  reliability_chart: () => reliabilityChart(members),
  threshold_chart: () => thresholdChart(members),
  correct_members_chart: () => correctMembersChart([0.05, 0.08, 0.12, 0.25, 0.5]),
  quality_chart: () => qualityChart(causes),
  diversity_chart: () =>
    diversityChart(
      uniform(15, 0.05, 0.3).map((disagreement, i) => ({
        a: "a",
        b: `b${i}`,
        disagreement,
        gain: 0.1 * disagreement + random.uniform(-0.005, 0.005),
      })) as unknown as StudyAnalysis["pairs"],
    ),
  gradient_chart: () =>
    gradientChart([{ name: "bce", norms: decay(60, 3, 0.2) }, { name: "focal", norms: decay(60, 1, 0.05) }]),
};

const folder = join(import.meta.dirname!, "charts");

Deno.test("every chart is drawn as its stored SVG", async () => {
  const changed: string[] = [];
  for (const [name, draw] of Object.entries(CHARTS)) {
    const { svg, png } = await draw();
    assert.ok(png.length > 1000, name);
    const path = join(folder, `${name}.svg`), fresh = join(folder, `${name}.new.svg`);
    const stored = await Deno.readTextFile(path).catch(() => "");
    if (svg === stored) {
      await Deno.remove(fresh).catch(() => {});
      continue;
    }
    await Deno.writeTextFile(fresh, svg!);
    changed.push(fresh);
  }
  assert.equal(
    changed.length,
    0,
    `These charts have changed. Look at each next to its stored file; where the new one is right, let it take its place ` +
      `(mv NAME.new.svg NAME.svg):\n${changed.join("\n")}`,
  );
});

Deno.test("every stored SVG belongs to a chart", async () => {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const stored = names.filter((name) => !name.endsWith(".new.svg"));
  assert.deepEqual(stored.toSorted(), Object.keys(CHARTS).map((name) => `${name}.svg`).toSorted());
});

Deno.test("the description of a chart shows on which side of the band an estimate lies", () => {
  const rows = [{ name: "soft voting", interval: interval(-0.0104, 0.0002) }], label = "difference";
  const descriptions = [
    intervalChart(rows, { label, title: "", reference: 0, limit: 0.01 }),
    intervalPanels([{ name: "real", rows }], { label, title: "", reference: 0, limit: 0.01 }),
    pairedIntervalChart([{ name: "soft voting", intervals: [rows[0].interval, rows[0].interval], notes: ["", ""] }], {
      label,
      title: "",
      scores: ["Dice", "precision"],
      limit: 0.01,
    }),
    intervalChart(rows, { label, title: "" }),
  ].map(({ description }) => description.match(/soft voting (\S+)/)![1]);
  assert.deepEqual(descriptions, ["-0.0104", "-0.0104", "-0.0104", "-0.010"]);
});
