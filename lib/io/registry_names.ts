/**
 * Returns the names of a registry's entries, in their order.
 *
 * @param registry an entry for each name
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LOSSES, registryNames } from "lib";
 *
 * assert.deepEqual(registryNames(LOSSES).slice(0, 2), ["bce", "focal"]);
 * ```
 */
export function registryNames<Name extends string>(registry: Readonly<Record<Name, unknown>>): [Name, ...Name[]] {
  return Object.keys(registry) as [Name, ...Name[]];
}

/**
 * Returns whether a registry has an entry of this name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hasName, LOSSES } from "lib";
 *
 * assert.ok(hasName(LOSSES, "focal"));
 * assert.ok(!hasName(LOSSES, "focl"));
 * ```
 */
export function hasName<Name extends string>(registry: Readonly<Record<Name, unknown>>, name: unknown): name is Name {
  return typeof name === "string" && Object.hasOwn(registry, name);
}
