import { count } from "../../io/count.ts";
import type { Study } from "../study.ts";
import { noObjectsReason } from "./no_objects_reason.ts";
import { judgePrecisions, type PrecisionJudgement, VERDICT_PREDICATES } from "./precision_judgements.ts";

/** Lists names as in a sentence: `a`, `a and b`, `a, b and c`. The comma of a name becomes brackets. */
function list(labels: readonly string[]): string {
  const names = labels.map((label) => label.replace(/, (.+)$/, " ($1)"));
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Returns "is better" for one ensemble, and "are better" for several. */
function verb(words: string, several: boolean): string {
  return several ? words.replace("is ", "are ") : words;
}

/**
 * Says whether ensembles are judged by Dice as by the mean average precision of their objects.
 *
 * @returns a few words for a chart's title, such as "Dice and objects disagree on 2 of 6 ensembles"
 */
export function precisionTitle(judgements: readonly PrecisionJudgement[]): string {
  const disagreeing = judgements.filter(({ byDice, byPrecision }) => byDice !== byPrecision).length;
  return disagreeing === 0
    ? `Dice and objects agree on ${judgements.length === 1 ? "the ensemble" : `all ${judgements.length} ensembles`}`
    : `Dice and objects disagree on ${disagreeing} of ${count(judgements.length, "ensemble")}`;
}

/**
 * Says in a few sentences which ensembles are judged differently by Dice and by the mean average precision of their
 * objects. Without precisions it gives the reason.
 *
 * @param study its name and analysis
 */
export function precisionFinding({ name, analysis }: Pick<Study, "name" | "analysis">): string {
  const judgements = judgePrecisions(analysis);
  if (judgements.length === 0) return `Study "${name}" has no scores of objects${noObjectsReason(analysis)}`;
  const kinds = Map.groupBy(judgements, ({ byDice, byPrecision }) => `${byDice} ${byPrecision}`);
  const sentences = [...kinds.values()].filter(([{ byDice, byPrecision }]) => byDice !== byPrecision).map((kind) => {
    const [{ byDice, byPrecision }] = kind, several = kind.length > 1;
    return `by Dice ${list(kind.map(({ name }) => name))} ${verb(VERDICT_PREDICATES[byDice], several)}, ` +
      `by objects ${several ? "they" : "it"} ${verb(VERDICT_PREDICATES[byPrecision], several)}`;
  });
  const title = `${precisionTitle(judgements)} in study "${name}"`;
  return sentences.length ? `${title}: ${sentences.join("; ")}.` : `${title}.`;
}
