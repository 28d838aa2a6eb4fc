import assert from "node:assert/strict";
import { MachineCodeError } from "lib/machine_code/mod.ts";
import { CodeStore } from "lib/nn/engine/code_store.ts";
import { OneDnnError } from "lib/onednn/mod.ts";

Deno.test("code that cannot be made lets TensorFlow compute, and a mistake in a code's writer does not", () => {
  using store = new CodeStore();
  const failing = (error: Error) => () => {
    throw error;
  };
  assert.throws(() => store.address("large", failing(new MachineCodeError("no number of 32 bits"))), OneDnnError);
  assert.throws(() => store.address("wrong", failing(new TypeError("a mistake"))), TypeError);
});
