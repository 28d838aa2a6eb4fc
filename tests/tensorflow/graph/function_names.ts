import { Trace } from "lib/tensorflow/graph/trace.ts";

/** Returns the result of `body`, and the names of the functions that it traces. */
export async function functionNames<T>(body: () => Promise<T>): Promise<{ result: T; names: string[] }> {
  const { finish } = Trace.prototype, names: string[] = [];
  Trace.prototype.finish = function (outputIds) {
    const name = finish.call(this, outputIds);
    names.push(name);
    return name;
  };
  try {
    return { result: await body(), names };
  } finally {
    Trace.prototype.finish = finish;
  }
}
