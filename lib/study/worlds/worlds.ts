import type { DigestOptions } from "../../io/file_digest.ts";
import { registryNames } from "../../io/registry_names.ts";
import { COMMITTED, holdsAnalysis, studyFolder } from "../find_study.ts";
import { readStudy } from "../open_study.ts";
import type { Study } from "../study.ts";

/** The conditions under which a claim is judged: the images, and the weights from which the networks start. */
interface WorldKind {
  /** A few words for a column. */
  label: string;
  /** What it decides, as a clause. */
  decides: string;
  /** The world that differs from it only in the weights from which the networks start. */
  control?: string;
}

/**
 * The worlds of the project, by the name of their study in `results/committed/`. A claim is judged in each: a finding
 * in one is no finding in another. Some are planned, and have no study yet.
 */
export const WORLDS = {
  "weak-members": {
    label: "weak members",
    decides: "the original study's own question: do ensembles help where every member is weak?",
  },
  dsb2018_fluo: {
    label: "real, from scratch",
    decides: "the same questions on real images, with networks that score 0.8 to 0.9",
  },
  "fluo-imagenet": {
    label: "real, pretrained",
    decides: "do the ranks survive encoders from ImageNet, which the original study presumably used?",
    control: "fluo-scratch",
  },
  "fluo-scratch": {
    label: "real, its control from scratch",
    decides: "the same encoder, crops and steps, but from scratch",
  },
  "mixed-kinds": {
    label: "real, mixed kinds",
    decides: "does diversity pay where the images are diverse?",
  },
} as const satisfies Record<string, WorldKind>;
/** The name of a world. */
export type WorldName = keyof typeof WORLDS;

/** A world with the numbers of its study. */
export interface World extends WorldKind {
  name: WorldName;
  study: Study;
}

/**
 * Opens the finished studies of all {@linkcode WORLDS} that come with the project, in their order. A world without a study is
 * left out.
 *
 * @param folder of the studies. Default: `results/committed/`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWorlds } from "lib/study";
 *
 * const worlds = await openWorlds();
 * assert.ok(worlds.some(({ name }) => name === "dsb2018_fluo"));
 * ```
 */
export async function openWorlds(folder = COMMITTED, options: DigestOptions = {}): Promise<World[]> {
  const worlds: World[] = [];
  for (const name of registryNames(WORLDS)) {
    const found = studyFolder(name, folder);
    if (!await holdsAnalysis(found.folder)) continue;
    worlds.push({ name, ...WORLDS[name], study: await readStudy(found, options) });
  }
  return worlds;
}
