import { jupyter } from "../plots/jupyter.ts";

/**
 * Turns a request to stop (Ctrl-C in a terminal, the Stop button in a notebook) into an
 * `AbortSignal`, as long as the returned object is not disposed of. A second Ctrl-C ends at once.
 */
export function stopSignal(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) Deno.exit(130);
    controller.abort();
  };
  const stop = () => controller.abort();
  // The notebook's kernel passes a Stop on as SIGURG, which is ignored where nobody listens.
  const inNotebook = jupyter() !== undefined;
  if (inNotebook) Deno.addSignalListener("SIGURG", stop);
  else Deno.addSignalListener("SIGINT", interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      if (inNotebook) Deno.removeSignalListener("SIGURG", stop);
      else Deno.removeSignalListener("SIGINT", interrupt);
    },
  };
}
