import assert from "node:assert/strict";
import { onDeviceWarning, warnOfDevice } from "lib/tensorflow/ffi/device_warning.ts";

Deno.test("a GPU that cannot be used is reported to the program, and to a notebook's cell without one", () => {
  const shown: string[] = [], cell = globalThis as { __cell?: unknown };
  warnOfDevice("nobody listens");
  cell.__cell = { warn: (text: string) => shown.push(`cell: ${text}`) };
  try {
    warnOfDevice("no driver");
    onDeviceWarning((text) => shown.push(`program: ${text}`));
    warnOfDevice("");
    warnOfDevice("old driver");
  } finally {
    delete cell.__cell;
  }
  assert.deepEqual(shown, ["cell: no driver", "program: old driver"]);
});
