/**
 * A function that works once, when it is first called, and remembers the result, `undefined` too.
 *
 * @param make the work
 */
export function once<T>(make: () => T): () => T {
  let made: { result: T } | undefined;
  return () => (made ??= { result: make() }).result;
}
