/** Mirrors an index beyond an edge back inside, without repeating the edge pixel (PyTorch's `reflect`). */
export function reflect(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((index % period) + period) % period;
  return within < length ? within : period - within;
}
