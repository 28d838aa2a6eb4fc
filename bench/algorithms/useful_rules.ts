import type { AlgorithmEntry } from "lib/nn/algorithms/algorithm_table.ts";
import type { MeasuredModel } from "./measure_models.ts";

/** Returns whether at least one model is certainly faster, and none is certainly slower. */
export function helps(models: readonly MeasuredModel[]): boolean {
  return models.some(({ speed }) => speed.low > 1) && models.every(({ speed }) => speed.high >= 1);
}

/**
 * Returns the rules that make whole models faster: a convolution that is faster alone can cost more in a model, whose caches
 * it shares, and other algorithms need more memory.
 *
 * @param models the models with these rules
 */
export function usefulRules(
  rules: AlgorithmEntry["rules"],
  models: readonly MeasuredModel[],
): AlgorithmEntry["rules"] {
  const training = helps(models.filter(({ training }) => training));
  const inference = helps(models.filter(({ training }) => !training));
  const keep = <Rule>(list: Rule[], isUseful: boolean) => isUseful ? list : [];
  return {
    inference: keep(rules.inference, inference),
    forward: keep(rules.forward, training),
    inputGradient: keep(rules.inputGradient, training),
    kernelGradient: keep(rules.kernelGradient, training),
  };
}
