/**
 * Returns a function that calls `make` the first time and returns the remembered result from then on, even `undefined`.
 *
 * @param make computes the result
 */
export function once<T>(make: () => T): () => T {
  let made: { result: T } | undefined;
  return () => (made ??= { result: make() }).result;
}
