import { callable } from "./callable.ts";
import { NativeMemory } from "./native_memory.ts";
import type { CallRange } from "./native_threads.ts";
import { made, type OneDnn } from "./onednn.ts";
import { type Primitive, Primitives } from "./primitives.ts";
import { ARGUMENT } from "./symbols.ts";
import { CALL_BYTES } from "./thread_code.ts";

/** Bytes of an argument in oneDNN's list: its number, and a tensor. */
const ARGUMENT_BYTES = 16;

/** Bytes of an address. */
const ADDRESS_BYTES = 8;

/** The C type of `dnnl_primitive_execute` and of all other functions in a list: its last argument is an address. */
const CALLED = { parameters: ["u64", "u64", "i32", "u64"], result: "i32" } as const;

/** Where a tensor is: an address, or a number of bytes after the beginning of the working memory. */
export type Place = bigint | number;

/** A primitive and where its tensors are. */
export interface PrimitiveCall {
  primitive: Primitive;
  /** Places by the number of the argument, without the temporary memory. */
  places: ReadonlyMap<number, Place>;
}

/** Machine code of this project, and the addresses that it takes. */
export interface CodeCall {
  /** Address of a function of the type {@linkcode CALLED}. Its last argument is that of a list of `places`. */
  code: bigint;
  places: readonly Place[];
}

/** What a thread calls. */
export type Call = PrimitiveCall | CodeCall;

/** Instead of a call: all threads wait for each other. */
export const MEETING = "meeting";

/** Returns the bytes of temporary memory that calls need, one after the other. */
export function scratchBytes(calls: readonly (Call | typeof MEETING)[]): number {
  return calls.reduce(
    (most, call) => call !== MEETING && "primitive" in call ? Math.max(most, call.primitive.scratchBytes) : most,
    0,
  );
}

/** The working memory of a {@linkcode CallList}. */
export interface WorkingMemory {
  address: bigint;
  /** First byte of the temporary memory that primitives need during a call. */
  scratch: number;
}

/** Returns the bytes of a call's arguments. */
function argumentBytes(call: Call): number {
  return "code" in call ? ADDRESS_BYTES * call.places.length : ARGUMENT_BYTES * call.primitive.tensors.size;
}

/**
 * What one thread calls, in memory that it reads without JavaScript: `[function, primitive, number of arguments, address of the
 * arguments]` per call, and zeros for a meeting.
 */
export class CallList implements CallRange {
  readonly first: bigint;
  readonly end: bigint;
  /** The calls, then their arguments. */
  readonly #memory: NativeMemory;
  readonly #tensors: Primitives;

  constructor(oneDnn: OneDnn, calls: readonly (Call | typeof MEETING)[], { address, scratch }: WorkingMemory) {
    this.#tensors = new Primitives(oneDnn);
    const callBytes = CALL_BYTES * calls.length;
    const bytes = calls.reduce((sum, call) => sum + (call === MEETING ? 0 : argumentBytes(call)), callBytes);
    this.#memory = new NativeMemory(bytes);
    this.first = this.#memory.address;
    this.end = this.first + BigInt(callBytes);
    try {
      this.#fill(calls, new DataView(this.#memory.view(0, bytes)), { address, scratch });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #fill(calls: readonly (Call | typeof MEETING)[], view: DataView, { address, scratch }: WorkingMemory): void {
    const execute = this.#tensors.oneDnn.addresses.get("dnnl_primitive_execute")!;
    const addressOf = (place: Place) => typeof place === "bigint" ? place : address + BigInt(place);
    let at = CALL_BYTES * calls.length;
    calls.forEach((call, i) => {
      const set = (...numbers: readonly bigint[]) =>
        numbers.forEach((number, n) => view.setBigUint64(CALL_BYTES * i + 8 * n, number, true));
      if (call === MEETING) return set(0n, 0n, 0n, 0n);
      const list = this.first + BigInt(at);
      if ("code" in call) {
        set(call.code, 0n, BigInt(call.places.length), list);
        for (const place of call.places) {
          view.setBigUint64(at, addressOf(place), true);
          at += ADDRESS_BYTES;
        }
        return;
      }
      const { handle, tensors } = call.primitive;
      set(execute, handle, BigInt(tensors.size), list);
      for (const [argument, descriptor] of tensors) {
        const place = argument === ARGUMENT.scratchpad ? scratch : call.places.get(argument)!;
        view.setInt32(at, argument, true);
        view.setBigUint64(at + 8, this.#tensors.memory(descriptor, addressOf(place)), true);
        at += ARGUMENT_BYTES;
      }
    });
  }

  /** Makes the calls in the calling thread. */
  run(): void {
    const { stream } = this.#tensors.oneDnn, bytes = Number(this.end - this.first);
    const numbers = new BigUint64Array(this.#memory.view(0, bytes)), each = CALL_BYTES / numbers.BYTES_PER_ELEMENT;
    for (let i = 0; i < numbers.length; i += each) {
      const [address, primitive, count, list] = numbers.subarray(i, i + each);
      if (address === 0n) continue;
      const called = callable(address, CALLED);
      made(() => called.call(primitive, stream, Number(count), list));
    }
  }

  [Symbol.dispose](): void {
    this.#tensors[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }
}
