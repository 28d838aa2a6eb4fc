/**
 * Returns the names of a registry's entries, in their order.
 *
 * @param registry an entry for each name
 */
export function registryNames<Name extends string>(registry: Readonly<Record<Name, unknown>>): [Name, ...Name[]] {
  return Object.keys(registry) as [Name, ...Name[]];
}

/** Returns whether a registry has an entry of this name. */
export function hasName<Name extends string>(registry: Readonly<Record<Name, unknown>>, name: unknown): name is Name {
  return typeof name === "string" && Object.hasOwn(registry, name);
}
