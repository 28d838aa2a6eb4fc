import type { LayoutName } from "../dataset.ts";
import type { Layout } from "./layout.ts";
import { manifest } from "./manifest.ts";
import { oneFolder } from "./one_folder.ts";
import { pairs } from "./pairs.ts";
import { parts } from "./parts.ts";
import { runLength } from "./run_length.ts";
import { scienceBowl } from "./science_bowl.ts";

/**
 * The layouts, in the order in which they are tried. To add one, add a file that defines it and a line here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LAYOUTS, registryNames } from "lib";
 *
 * assert.ok(registryNames(LAYOUTS).includes("pairs"));
 * ```
 */
export const LAYOUTS = {
  manifest,
  pairs,
  parts,
  "science-bowl": scienceBowl,
  "run-length": runLength,
  "one-folder": oneFolder,
} as const satisfies Record<LayoutName, Layout>;
