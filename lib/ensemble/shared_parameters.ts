import type { Segmenter } from "../nn/inference/segmenter.ts";

type Parameters = NonNullable<Segmenter["objectParameters"]>;

/**
 * Returns the parameters of objects that all members of an ensemble have. They suit the shapes of the objects, which the mean of
 * the members' maps has too. Members that differ share none, because a mean of their parameters was tuned on no map.
 *
 * @param threshold that of the ensemble, if it was given: it replaces theirs
 * @returns `undefined` if the members differ, or one has none
 */
export function sharedParameters(
  members: readonly Pick<Segmenter, "objectParameters">[],
  threshold?: number,
): Parameters | undefined {
  const [first, ...others] = members.map(({ objectParameters }) => objectParameters);
  if (!first || !others.every((each) => each && areEqual(each, first))) return undefined;
  return threshold === undefined ? first : { ...first, threshold };
}

function areEqual(some: Parameters, others: Parameters): boolean {
  const names = Object.keys(some);
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name]);
}
