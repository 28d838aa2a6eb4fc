import { currentId, withCurrentKeys } from "../../io/aliases.ts";
import { hasName } from "../../io/registry_names.ts";
import { IN_FOLD_STACKERS } from "./in_fold_stackers.ts";

type Json = Record<string, unknown>;

/** Returns whether a value is a JSON object. */
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Changes a value if it is an object, or each object of a list; other values are left for the schema to refuse. */
function change(value: unknown, each: (object: Json) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => isObject(item) ? each(item) : item);
  return isObject(value) ? each(value) : value;
}

/** Changes each value of an object. */
const changeValues = (value: unknown, each: (value: unknown) => unknown) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)])) : value;

const currentErrors = (errors: unknown) => withCurrentKeys("errors", errors);

/** Converts the errors of a member or an ensemble. */
const withCurrentErrors = (scored: Json): Json => ({
  ...scored,
  errors: currentErrors(scored.errors),
  errorsByModality: changeValues(scored.errorsByModality, currentErrors),
});

function currentEnsemble({ name, ...ensemble }: Json): Json {
  const id = currentId("ensembles", String(name));
  const inFold = hasName(IN_FOLD_STACKERS, id);
  return { id, method: inFold ? IN_FOLD_STACKERS[id].method : id, inFold, ...withCurrentErrors(ensemble) };
}

/** Converts the text of a level to a number in its sweep's unit; the main runs have none. */
function currentLevel(level: unknown): number | null {
  const [, number, share] = /([\d.]+)( %)?/.exec(String(level)) ?? [];
  return number === undefined ? null : Number(number) / (share ? 100 : 1);
}

/** The names of controls in earlier versions, and their kinds. */
const CONTROLS: readonly [RegExp, "architectures" | "seeds" | "alone" | "longer"][] = [
  [/^(?<count>\d+) architectures$/, "architectures"],
  [/^(?<count>\d+) seeds of (?<architecture>\w+)$/, "seeds"],
  [/^(?<architecture>\w+) alone$/, "alone"],
  [/^(?<architecture>\w+) for (?<count>\d+) times the steps$/, "longer"],
];

function currentControl({ name, ...control }: Json): Json {
  for (const [pattern, kind] of CONTROLS) {
    const { architecture = null, count = "1" } = pattern.exec(String(name))?.groups ?? { count: "" };
    if (count) return { kind, architecture, count: Number(count), ...control };
  }
  return { name, ...control };
}

/**
 * Converts an analysis of version 1, which has labels, to version 2, which has ids. One of version 2 is returned
 * unchanged.
 */
export function currentAnalysis(given: unknown): unknown {
  if (!isObject(given) || given.version !== 1) return given;
  return {
    ...given,
    version: 2,
    baselines: withCurrentKeys("baselines", given.baselines),
    members: change(given.members, (member) => ({
      ...withCurrentErrors(member),
      conventions: withCurrentKeys("conventions", member.conventions),
    })),
    ensembles: change(given.ensembles, currentEnsemble),
    together: changeValues(given.together, currentErrors),
    quality: change(given.quality, (point) => ({
      ...point,
      sweep: currentId("blocks", String(point.sweep)),
      level: currentLevel(point.level),
    })),
    controls: change(
      given.controls,
      (controls) => ({ ...controls, entries: change(controls.entries, currentControl) }),
    ),
  };
}
