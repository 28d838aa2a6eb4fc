/**
 * The names that a registry knows, in its order.
 *
 * @param registry what belongs to each name
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
 * Whether a registry has an entry of that name.
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
