import assert from "node:assert/strict";
import { CFunction, ExecutableMemory, runsMachineCode } from "lib/machine_code/mod.ts";

const ignore = !runsMachineCode();

const SEVEN = { parameters: ["u64", "u64", "u64", "u64", "u64", "u64", "u64"], result: "u64" } as const;

/** Calls code with two numbers. */
function call(bytes: Uint8Array, first: bigint, second: bigint): bigint {
  using code = new ExecutableMemory(bytes);
  const type = { parameters: ["u64", "u64"], result: "u64" } as const;
  return new Deno.UnsafeFnPointer(Deno.UnsafePointer.create<typeof type>(code.address)!, type).call(first, second);
}

/** A C function that keeps the arguments of each call, and returns the last one. */
function recorder() {
  const calls: bigint[][] = [];
  const callback = new Deno.UnsafeCallback(SEVEN, (...given) => {
    calls.push(given);
    return given[6];
  });
  return { calls, address: Deno.UnsafePointer.value(callback.pointer), [Symbol.dispose]: () => callback.close() };
}

Deno.test({
  name: "a C function passes numbers, slots and sums of slots to the functions that it calls, up to seven",
  ignore,
  fn() {
    using called = recorder();
    const code = new CFunction(4);
    code.keepArgument(0, 1);
    code.keepArgument(1, 2);
    code.set(3, { slot: 1 }, 2 ** 40 + 1000);
    code.set(4, 2n ** 63n + 5n);
    code.call(called.address, [{ slot: 1 }, { slot: 2 }, { slot: 3 }, { slot: 4 }, 0n, 2n ** 64n - 1n, { slot: 3 }]);
    code.keepResult(2);
    code.call(called.address, [1n, 2n, 3n, 4n, 5n, 6n, { slot: 2 }]);
    assert.equal(call(code.finish(4), 7n, 8n), 2n ** 63n + 5n);
    assert.deepEqual(called.calls, [
      [7n, 8n, 2n ** 40n + 1007n, 2n ** 63n + 5n, 0n, 2n ** 64n - 1n, 2n ** 40n + 1007n],
      [
        1n,
        2n,
        3n,
        4n,
        5n,
        6n,
        2n ** 40n + 1007n,
      ],
    ]);
  },
});

Deno.test({
  name: "after a call that returns 0, a C function goes to its end",
  ignore,
  fn() {
    using called = recorder();
    const code = new CFunction(2), zeros = Array(6).fill(0n);
    code.keepArgument(0, 1);
    code.keepArgument(1, 2);
    for (const slot of [1, 2]) {
      code.call(called.address, [...zeros, { slot }]);
      code.ifZero(() => code.call(called.address, [...zeros, 100n]));
    }
    code.call(called.address, [...zeros, 200n]);
    code.end();
    code.call(called.address, [...zeros, 300n]);
    const bytes = code.finish(), last = () => called.calls.splice(0).map((given) => given[6]);
    assert.equal(call(bytes, 1n, 2n), 300n);
    assert.deepEqual(last(), [1n, 2n, 200n, 300n]);
    call(bytes, 1n, 0n);
    assert.deepEqual(last(), [1n, 0n, 100n, 300n]);
    call(bytes, 0n, 2n);
    assert.deepEqual(last(), [0n, 100n, 300n]);
  },
});

Deno.test({
  name: "the address of a slot lets a function write it",
  ignore,
  fn() {
    const write = new Deno.UnsafeCallback({ parameters: ["u64"], result: "void" } as const, (address) => {
      new BigUint64Array(Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, 8))[0] = 42n;
    });
    const code = new CFunction(1);
    code.call(Deno.UnsafePointer.value(write.pointer), [{ addressOf: 1 }]);
    assert.equal(call(code.finish(1), 0n, 0n), 42n);
    write.close();
  },
});

Deno.test("a slot that does not exist and an eighth argument are refused", () => {
  assert.throws(() => new CFunction(1).keepResult(9), RangeError);
  assert.throws(() => new CFunction(1).call(0n, Array(8).fill(0n)), RangeError);
});
