import { getBinding } from "../tfjs/backend.ts";
import type { Device } from "../ffi/context.ts";

/** Returns the device of the step that is being traced; outside a trace, the one that runs ops. */
export function currentDevice(): Device {
  const { trace, context } = getBinding();
  return trace?.device ?? context.info.device;
}
