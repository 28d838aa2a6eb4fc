import { RunError } from "../run_store.ts";

/** An error as a line of JSON carries it from one process to another. */
export interface ProcessFailure {
  name: string;
  message: string;
  stack?: string;
  /** The operating system's name of what it refused, such as `ENOSPC`. */
  code?: string;
}

/** What another process needs to know of an error. */
export function describeFailure(error: unknown): ProcessFailure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, ...("code" in error && typeof error.code === "string" && { code: error.code }) };
}

/** The error that {@linkcode describeFailure} described: its name and code say what it was, its class is lost. */
export function failureError({ name, message, stack, code }: ProcessFailure): Error {
  if (name === "RunError") return new RunError(message);
  const error = Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
  error.stack = stack;
  return error;
}
