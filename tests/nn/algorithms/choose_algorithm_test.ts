import assert from "node:assert/strict";
import {
  ALGORITHM_ENTRIES,
  type AlgorithmEntry,
  CONVOLUTION_KINDS,
  type ConvolutionKind,
  DIRECT,
  EARLIER_AVX2,
} from "lib/nn/algorithms/algorithm_table.ts";
import { chooseAlgorithm, type ConvolutionWork } from "lib/nn/algorithms/choose_algorithm.ts";
import { type AlgorithmMachine, chooseEntry, findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { anyEntry } from "../../fixtures/algorithm_entry.ts";
import { PRECISIONS } from "lib/tensorflow";

function entry(given: Partial<AlgorithmEntry>): AlgorithmEntry {
  return anyEntry({ instructions: "AVX-512", ...given });
}

function work(map: number[], options: Partial<ConvolutionWork> & { side?: number; outChannels?: number } = {}) {
  const { side = 3, outChannels = 256, dilation = 1, device = "CPU", precision = "float32" } = options;
  return { map, kernel: [side, side, map[3], outChannels], dilation, device, precision };
}

Deno.test("the entry of AVX2 runs Winograd from 128 channels, and its gradients from 64", () => {
  const choose = (kind: "forward" | "inputGradient", ...args: Parameters<typeof work>) =>
    chooseAlgorithm(findEntry(EARLIER_AVX2), kind, work(...args));
  const both = (...args: Parameters<typeof work>) => [choose("forward", ...args), choose("inputGradient", ...args)];
  const winograd = ["winograd2", "winograd2"], direct = ["direct", "direct"];
  assert.deepEqual(both([1, 32, 32, 256]), winograd);
  assert.deepEqual(both([1, 32, 32, 256], { dilation: 2 }), winograd);
  assert.deepEqual(both([4, 8, 8, 64]), ["direct", "winograd2"]);
  assert.deepEqual(both([1, 32, 33, 256]), direct, "an odd width");
  assert.deepEqual(both([1, 34, 34, 256], { dilation: 2 }), direct, "a size that the dilation does not divide");
  assert.deepEqual(both([1, 8, 8, 256]), direct, "few tiles");
  assert.deepEqual(both([1, 32, 32, 32]), direct, "few channels");
  assert.deepEqual(both([1, 32, 32, 256], { outChannels: 1 }), direct, "few channels out");
  assert.deepEqual(both([1, 32, 32, 256], { side: 5 }), direct, "another kernel");
  assert.deepEqual(both([1, 32, 32, 256], { device: "GPU" }), direct);
  for (const precision of PRECISIONS) {
    assert.deepEqual(both([1, 32, 32, 256], { precision }), precision === "float32" ? winograd : direct);
  }
});

Deno.test("the first rule that can compute a convolution decides; F(4 × 4, 3 × 3) is for predictions only", () => {
  const rules = ["winograd4", "winograd2", "product"].map((algorithm) => ({ algorithm }));
  const { rules: all } = entry({ rules: { inference: rules, forward: rules } as unknown as AlgorithmEntry["rules"] });
  const choose = (kind: "inference" | "forward", ...args: Parameters<typeof work>) =>
    chooseAlgorithm({ rules: all }, kind, work(...args));
  assert.equal(choose("inference", [1, 16, 16, 8]), "winograd4");
  assert.equal(choose("forward", [1, 16, 16, 8]), "winograd2");
  assert.equal(choose("inference", [1, 18, 16, 8]), "winograd2");
  assert.equal(choose("inference", [1, 16, 16, 8], { dilation: 8 }), "winograd2");
  assert.equal(choose("inference", [1, 17, 17, 8]), "direct");
  assert.equal(choose("inference", [1, 17, 17, 8], { side: 1 }), "product");
  assert.equal(chooseAlgorithm({ rules: all }, "inputGradient", work([1, 16, 16, 8])), "direct");
});

Deno.test("large tiles compute predictions and gradients, small ones trainings forward, with channels in eights and full tiles", () => {
  const rules = ["tiles4", "tiles2"].map((algorithm) => ({ algorithm }));
  const { rules: all } = entry({
    rules: Object.fromEntries(CONVOLUTION_KINDS.map((kind) => [kind, rules])) as unknown as AlgorithmEntry["rules"],
  });
  const choose = (kind: ConvolutionKind, ...args: Parameters<typeof work>) =>
    chooseAlgorithm({ rules: all }, kind, work(...args));
  const each = (...args: Parameters<typeof work>) => CONVOLUTION_KINDS.map((kind) => choose(kind, ...args));
  const most = ["tiles4", "tiles2", "tiles4", "tiles4"], small = ["tiles2", "tiles2", "tiles2", "tiles2"];
  const none = ["direct", "direct", "direct", "direct"];
  assert.deepEqual(each([4, 64, 64, 64]), most);
  assert.deepEqual(each([1, 7, 9, 8]), most, "odd sides");
  assert.deepEqual(each([1, 3, 3, 512]), ["tiles4", "direct", "tiles4", "tiles4"], "9 of 16 pixels");
  assert.deepEqual(each([1, 2, 2, 512]), small, "4 of 16 pixels, and of 4");
  assert.deepEqual(each([1, 1, 1, 512]), none, "one of four pixels");
  assert.deepEqual(each([4, 32, 32, 64], { dilation: 4 }), most);
  assert.deepEqual(each([4, 32, 32, 64], { dilation: 12 }), none, "lines of three and two pixels");
  assert.deepEqual(each([4, 16, 16, 64], { dilation: 12 }), none, "lines of two pixels and one");
  assert.deepEqual(each([4, 64, 64, 60]), none, "60 channels");
  assert.deepEqual(each([4, 64, 64, 64], { outChannels: 1 }), none);
  assert.deepEqual(each([4, 64, 64, 64], { side: 1 }), none);
  assert.deepEqual(each([4, 64, 64, 4096], { outChannels: 4096 }), small, "2.4 GB");
  assert.deepEqual(each([4, 64, 64, 64], { device: "GPU" }), none);
  assert.deepEqual(each([4, 64, 64, 64], { precision: "mixed" }), none);
  const next = {
    rules: {
      ...all,
      forward: [
        ...all.forward,
        ...entry({ rules: { forward: [{ algorithm: "winograd2" }] } as unknown as AlgorithmEntry["rules"] }).rules
          .forward,
      ],
    },
  };
  const given = work([4, 64, 64, 64]);
  assert.equal(chooseAlgorithm(next, "forward", given), "tiles2");
  assert.equal(chooseAlgorithm(next, "forward", { ...given, native: false }), "winograd2", "the next rule");
  assert.equal(chooseAlgorithm(next, "inputGradient", { ...given, native: false }), "direct");
});

Deno.test("in mixed, large tiles compute gradients where the entry says so, and nothing else is tiled", () => {
  const rules = ["tiles2", "tiles4"].map((algorithm) => ({ algorithm }));
  const all = Object.fromEntries(CONVOLUTION_KINDS.map((kind) => [kind, rules]));
  const chosen = (mixedGradients: "oneDNN" | "tiles", options: Partial<ConvolutionWork>) =>
    CONVOLUTION_KINDS.map((kind) =>
      chooseAlgorithm(
        entry({ rules: all, mixedGradients } as Partial<AlgorithmEntry>),
        kind,
        work([4, 16, 16, 64], options),
      )
    );
  const direct = CONVOLUTION_KINDS.map(() => "direct");
  assert.deepEqual(chosen("tiles", { precision: "mixed" }), ["direct", "direct", "tiles4", "tiles4"]);
  assert.deepEqual(chosen("oneDNN", { precision: "mixed" }), direct);
  assert.deepEqual(chosen("tiles", { precision: "mixed", device: "GPU" }), direct);
  for (const precision of ["mixed-bfloat16", "mixed-float16"] as const) {
    assert.deepEqual(chosen("tiles", { precision }), direct);
  }
  assert.deepEqual(
    chosen("tiles", {}),
    ["tiles2", "tiles2", "tiles2", "tiles2"],
    "float32 keeps the order of the rules",
  );
});

Deno.test("a rule can ask that a part of the tiles' pixels is inside the map", () => {
  const inference = [{ algorithm: "tiles4", inside: [0.6, null] }, { algorithm: "tiles2" }];
  const { rules } = entry({ rules: { inference } as unknown as AlgorithmEntry["rules"] });
  const choose = (side: number, options: Parameters<typeof work>[1] = {}) =>
    chooseAlgorithm({ rules }, "inference", work([1, side, side, 64], options));
  assert.equal(choose(8), "tiles4");
  assert.equal(choose(7), "tiles4", "49 of 64 pixels");
  assert.equal(choose(3), "direct", "9 of 16 pixels, in both kinds of tiles");
  assert.equal(choose(6, { dilation: 3 }), "tiles2", "tiles of four pixels have one quarter inside");
});

Deno.test("both ends of a rule's ranges belong to it", () => {
  const { rules } = entry({
    rules: {
      inference: [{
        algorithm: "winograd2",
        inChannels: [64, 128],
        outChannels: [32, null],
        pixels: [64, 256],
        inside: [0, null],
      }],
      forward: [],
      inputGradient: [],
      kernelGradient: [],
    },
  });
  const choose = ([inChannels, outChannels, side]: readonly [number, number, number]) =>
    chooseAlgorithm({ rules }, "inference", work([1, side, side, inChannels], { outChannels }));
  for (const given of [[64, 32, 8], [128, 999, 16]] as const) assert.equal(choose(given), "winograd2");
  for (const given of [[63, 32, 8], [129, 32, 8], [64, 31, 8], [64, 32, 6], [64, 32, 18]] as const) {
    assert.equal(choose(given), "direct");
  }
});

Deno.test("a machine uses the entry of its instructions, of its vendor, of the nearest threads, the newest", () => {
  const entries = [
    entry({ name: "avx2", instructions: "AVX2", threads: 4 }),
    entry({ name: "amd-1", vendor: "AMD" }),
    entry({ name: "amd-4", vendor: "AMD", threads: 4 }),
    entry({ name: "amd-4-newer", vendor: "AMD", threads: 4, date: "2026-02-01" }),
    entry({ name: "bf16", instructions: "AVX-512 with bfloat16", vendor: "Intel" }),
  ];
  const choose = (machine: Partial<AlgorithmMachine>) =>
    chooseEntry(
      { device: "CPU", processor: "AMD EPYC", threads: 1, vectorWidth: 16, bfloat16: "", ...machine },
      entries,
    );
  assert.equal(choose({}), "amd-1");
  assert.equal(choose({ threads: 3 }), "amd-4-newer");
  assert.equal(choose({ threads: 64 }), "amd-4-newer");
  assert.equal(choose({ bfloat16: "AVX-512" }), "bf16", "no entry of the vendor has these instructions");
  assert.equal(choose({ bfloat16: "AMX", processor: "Intel" }), "bf16");
  assert.equal(choose({ vectorWidth: 8 }), "avx2");
  assert.equal(choose({ vectorWidth: 4 }), DIRECT);
  assert.equal(choose({ device: "GPU" }), DIRECT);
});

Deno.test("without an entry of its vendor, a machine uses one of another, before the one that was measured by hand", () => {
  const entries = [
    entry({ name: EARLIER_AVX2, instructions: "AVX2", threads: 1 }),
    entry({ name: "amd-2", instructions: "AVX2", vendor: "AMD", threads: 2 }),
    entry({ name: "amd-8", instructions: "AVX2", vendor: "AMD", threads: 8 }),
  ];
  const machine = { device: "CPU", processor: "Intel", threads: 1, vectorWidth: 8, bfloat16: "" } as const;
  assert.equal(chooseEntry(machine, entries), "amd-2");
  assert.equal(chooseEntry({ ...machine, threads: 6 }, entries), "amd-8");
  assert.equal(chooseEntry(machine, entries.slice(0, 1)), EARLIER_AVX2);
  // A processor whose name has no vendor was measured itself.
  const own = entry({ name: "own-1", instructions: "AVX2", threads: 1 });
  const unnamed = { ...machine, processor: "QEMU Virtual CPU", threads: 8 };
  assert.equal(chooseEntry(unnamed, entries), "amd-8");
  assert.equal(chooseEntry(unnamed, [...entries, own]), "own-1");
});

Deno.test("the vendor is found anywhere in the processor's name", () => {
  const entries = [entry({ name: "amd", vendor: "AMD" }), entry({ name: "intel", vendor: "Intel", threads: 8 })];
  const choose = (processor: string) =>
    chooseEntry({ device: "CPU", processor, threads: 1, vectorWidth: 16, bfloat16: "" }, entries);
  assert.equal(choose("11th Gen Intel(R) Core(TM) i7-1165G7"), "intel");
  assert.equal(choose("QEMU on AMD EPYC"), "amd");
  assert.equal(choose("Intelligent"), "amd", "no vendor: the nearest number of threads");
});

Deno.test("of two entries of one day, the one that the table lists last is used", () => {
  const entries = [entry({ name: "first" }), entry({ name: "first-2" })];
  const machine = { device: "CPU", processor: "", threads: 1, vectorWidth: 16, bfloat16: "" } as const;
  assert.equal(chooseEntry(machine, entries), "first-2");
});

Deno.test("the table has the entries of earlier records, and an unknown name is refused with those that exist", () => {
  assert.deepEqual(Object.values(findEntry(DIRECT).rules).flat(), []);
  assert.ok(findEntry(EARLIER_AVX2));
  assert.throws(() => findEntry("no-such"), new RegExp(`no entry "no-such": give .*${ALGORITHM_ENTRIES.at(-1)!.name}`));
});
