import { hasName } from "../../io/registry_names.ts";
import type { ArchitectureDefinition } from "./architecture.ts";
import { deeplabv3 } from "./deeplabv3.ts";
import { deeplabv3plus } from "./deeplabv3plus.ts";
import { fpn } from "./fpn.ts";
import type { CommonModelOptions } from "./model_options.ts";
import { pspnet } from "./pspnet.ts";
import { unet } from "./unet.ts";

/**
 * The architectures. To add one, define it in a file and list it here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ARCHITECTURES, hasName } from "lib";
 *
 * assert.ok(hasName(ARCHITECTURES, "unet") && !hasName(ARCHITECTURES, "vnet"));
 * ```
 */
export const ARCHITECTURES = {
  unet,
  deeplabv3,
  deeplabv3plus,
  pspnet,
  fpn,
} as const satisfies Record<string, ArchitectureDefinition<CommonModelOptions>>;

/** An architecture's name. */
export type Architecture = keyof typeof ARCHITECTURES;

/** Returns the label of an architecture in sentences. */
export function architectureLabel(name: string): string {
  return hasName(ARCHITECTURES, name) ? ARCHITECTURES[name].label : name;
}
