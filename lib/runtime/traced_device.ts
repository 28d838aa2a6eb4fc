import { getBinding } from "./backend.ts";

/** The device that the step being traced is for; outside, the one that runs ops. */
export function tracedDevice(): "CPU" | "GPU" {
  const { trace, context } = getBinding();
  return trace?.device ?? context.info.device;
}
