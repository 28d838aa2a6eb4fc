import { NativeMemory } from "./native_memory.ts";
import { made, type OneDnn } from "./onednn.ts";
import { type Primitive, Primitives } from "./primitives.ts";
import { ARGUMENT } from "./symbols.ts";

/** Bytes of an argument in oneDNN's list: its number, and a tensor. */
const ARGUMENT_BYTES = 16;

/** Bytes of an address. */
const ADDRESS_BYTES = 8;

/** Numbers per entry of a {@linkcode CallList}. */
export const ENTRY = 4;

/** The C type of `dnnl_primitive_execute` and of all other functions in a list: its last argument is an address. */
export const CALLED = { parameters: ["u64", "u64", "i32", "u64"], result: "i32" } as const;

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
 * What one thread calls, in a form in which it needs no JavaScript object: `[function, primitive, number of arguments,
 * address of the arguments]` per call, and zeros for a meeting.
 */
export class CallList {
  readonly entries: BigUint64Array<SharedArrayBuffer>;
  readonly #arguments: NativeMemory;
  readonly #tensors: Primitives;

  constructor(oneDnn: OneDnn, calls: readonly (Call | typeof MEETING)[], { address, scratch }: WorkingMemory) {
    this.entries = new BigUint64Array(new SharedArrayBuffer(8 * ENTRY * calls.length));
    this.#tensors = new Primitives(oneDnn);
    const bytes = calls.reduce((sum, call) => sum + (call === MEETING ? 0 : argumentBytes(call)), 0);
    this.#arguments = new NativeMemory(bytes);
    const view = new DataView(this.#arguments.view(0, bytes));
    try {
      this.#fill(calls, view, { address, scratch });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #fill(calls: readonly (Call | typeof MEETING)[], view: DataView, { address, scratch }: WorkingMemory): void {
    const execute = this.#tensors.oneDnn.addresses.get("dnnl_primitive_execute")!;
    const addressOf = (place: Place) => typeof place === "bigint" ? place : address + BigInt(place);
    let at = 0;
    calls.forEach((call, i) => {
      if (call === MEETING) return;
      const list = this.#arguments.address + BigInt(at);
      if ("code" in call) {
        this.entries.set([call.code, 0n, BigInt(call.places.length), list], ENTRY * i);
        for (const place of call.places) {
          view.setBigUint64(at, addressOf(place), true);
          at += ADDRESS_BYTES;
        }
        return;
      }
      const { handle, tensors } = call.primitive;
      this.entries.set([execute, handle, BigInt(tensors.size), list], ENTRY * i);
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
    const { stream } = this.#tensors.oneDnn;
    for (let i = 0; i < this.entries.length; i += ENTRY) {
      const [address, primitive, count, list] = this.entries.subarray(i, i + ENTRY);
      const called = new Deno.UnsafeFnPointer(Deno.UnsafePointer.create<typeof CALLED>(address)!, CALLED);
      made(() => called.call(primitive, stream, Number(count), list));
    }
  }

  [Symbol.dispose](): void {
    this.#tensors[Symbol.dispose]();
    this.#arguments[Symbol.dispose]();
  }
}
