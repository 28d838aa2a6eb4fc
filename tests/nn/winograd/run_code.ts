import assert from "node:assert/strict";
import { ExecutableMemory } from "lib/machine_code/mod.ts";

/** Runs code with places in memory, in bytes. */
export type Run = (code: Uint8Array, places: readonly number[]) => void;

/** Runs code on this processor. */
export function natively(memory: Float32Array<ArrayBuffer>): Run {
  const type = { parameters: ["u64", "u64", "i32", "buffer"], result: "i32" } as const;
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory));
  return (bytes, places) => {
    using code = new ExecutableMemory(bytes);
    const call = new Deno.UnsafeFnPointer(Deno.UnsafePointer.create<typeof type>(code.address)!, type);
    const places64 = BigUint64Array.from(places, (place) => base + BigInt(place));
    assert.equal(call.call(0n, 0n, 0, places64), 0);
  };
}
