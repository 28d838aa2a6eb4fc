import assert from "node:assert/strict";
import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import { helps, usefulRules } from "../../bench/algorithms/useful_rules.ts";

const rule: AlgorithmEntry["rules"]["forward"][number] = {
  algorithm: "winograd2",
  inChannels: [512, null],
  outChannels: [512, null],
  pixels: [0, null],
  inside: [0, null],
};
const rules = { inference: [rule], forward: [rule], inputGradient: [rule], kernelGradient: [rule] };
const model = (training: boolean, low: number, high: number) => ({
  name: "",
  training,
  speed: { ratio: (low + high) / 2, low, high },
  difference: 0,
});

Deno.test("rules stay if a model is certainly faster with them and none slower, for training and predictions apart", () => {
  const inference = [model(false, 0.95, 1.05), model(false, 0.97, 1.02)];
  const training = [model(true, 1.05, 1.1), model(true, 0.98, 1.03)];
  assert.deepEqual(usefulRules(rules, [...inference, ...training]), { ...rules, inference: [] });
  const slower = model(true, 0.9, 0.97);
  assert.deepEqual(usefulRules(rules, [...inference, ...training, slower]).kernelGradient, []);
  assert.deepEqual(usefulRules(rules, [model(false, 1.01, 1.2), ...training]), rules);
});

Deno.test("what was not measured does not help", () => {
  assert.equal(helps([]), false);
});
