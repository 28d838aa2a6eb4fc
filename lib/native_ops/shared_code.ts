import { ExecutableMemory } from "../machine_code/mod.ts";
import { NativeMemory } from "../onednn/mod.ts";
import { kernelCode } from "./kernel_code.ts";
import type { KernelFunctions, NativeWork } from "./native_work.ts";

/** Code in memory, and how many use it. */
interface Shared {
  code: ExecutableMemory;
  /** Memory that the code reads. */
  numbers?: NativeMemory;
  users: number;
}

/** Machine code that works share: code without users is freed. */
export class SharedCode {
  readonly #functions: KernelFunctions;
  readonly #codes = new Map<string, Shared>();

  constructor(functions: KernelFunctions) {
    this.#functions = functions;
  }

  /** Returns the address of a work's code, which stays until `keep` is disposed of. */
  address(work: NativeWork, keep: DisposableStack): bigint {
    const addresses = work.calls.map(({ code: { key, make } }) =>
      this.#use(key, keep, () => ({ code: new ExecutableMemory(make()) }))
    );
    const places = work.calls.map(({ places }) => places);
    const key = JSON.stringify(
      [work.inputs, work.outputs, work.halves, work.passesOn, addresses, places],
      (_, value) => typeof value === "bigint" ? String(value) : value,
    );
    return this.#use(key, keep, () => this.#kernel(work, addresses));
  }

  #use(key: string, keep: DisposableStack, make: () => Omit<Shared, "users">): bigint {
    let shared = this.#codes.get(key);
    if (!shared) this.#codes.set(key, shared = { ...make(), users: 0 });
    shared.users++;
    keep.defer(() => this.#leave(key));
    return shared.code.address;
  }

  #leave(key: string): void {
    const shared = this.#codes.get(key)!;
    if (--shared.users > 0) return;
    this.#codes.delete(key);
    shared.code[Symbol.dispose]();
    shared.numbers?.[Symbol.dispose]();
  }

  #kernel(work: NativeWork, addresses: readonly bigint[]): Omit<Shared, "users"> {
    const sides = work.outputs.flat(), numbers = new NativeMemory(8 * sides.length);
    new BigInt64Array(numbers.view(0, 8 * sides.length)).set(sides.map(BigInt));
    let before = 0;
    const dimensions = work.outputs.map((shape) => {
      const address = numbers.address + BigInt(8 * before);
      before += shape.length;
      return address;
    });
    try {
      return { code: new ExecutableMemory(kernelCode(this.#functions, work, addresses, dimensions)), numbers };
    } catch (error) {
      numbers[Symbol.dispose]();
      throw error;
    }
  }
}
