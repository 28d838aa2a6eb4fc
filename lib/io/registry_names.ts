/**
 * The names that a registry knows, in its order.
 *
 * @param registry what belongs to each name
 */
export function registryNames<Name extends string>(registry: Readonly<Record<Name, unknown>>): [Name, ...Name[]] {
  return Object.keys(registry) as [Name, ...Name[]];
}

/** Whether a registry has an entry of that name. */
export function hasName<Name extends string>(registry: Readonly<Record<Name, unknown>>, name: unknown): name is Name {
  return typeof name === "string" && Object.hasOwn(registry, name);
}
