/** Thrown when a run's or a study's folder cannot be used; the message says why. */
export class RunError extends Error {
  override readonly name = "RunError";
}
