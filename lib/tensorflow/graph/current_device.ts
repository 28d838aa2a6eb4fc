import { getBinding } from "../tfjs/backend.ts";
import type { Device } from "../ffi/context.ts";

/** The device that the step being traced is for; outside, the one that runs ops. */
export function currentDevice(): Device {
  const { trace, context } = getBinding();
  return trace?.device ?? context.info.device;
}
