import { notebookCell } from "../../io/cell_signal.ts";

let listener: ((warning: string) => void) | undefined;

/**
 * Sets the function that receives the reason why an existing GPU cannot be used, once TensorFlow is open. In a notebook the
 * cell shows it by default. `runtimeInfo().warning` contains the reason, too.
 */
export function onDeviceWarning(receive: (warning: string) => void): void {
  listener = receive;
}

/** Passes a warning to the listener. */
export function warnOfDevice(warning: string): void {
  if (warning) (listener ?? notebookCell()?.warn)?.(warning);
}
