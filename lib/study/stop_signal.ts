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
  // Before the notebook's kernel stands a proxy, which sends SIGURG to those who made this file.
  const file = Deno.env.get("NOTEBOOK_STOP_FILE");
  if (file) {
    Deno.addSignalListener("SIGURG", stop);
    Deno.writeTextFileSync(file, "");
  } else if (!jupyter()) Deno.addSignalListener("SIGINT", interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      if (file) {
        Deno.removeSync(file);
        Deno.removeSignalListener("SIGURG", stop);
      } else if (!jupyter()) Deno.removeSignalListener("SIGINT", interrupt);
    },
  };
}
