import { NativeMemory } from "./native_memory.ts";
import { made, type OneDnn } from "./onednn.ts";
import { type Primitive, Primitives } from "./primitives.ts";
import { ARGUMENT } from "./symbols.ts";

/** Bytes of an argument in oneDNN's list: its number, and a tensor. */
const ARGUMENT_BYTES = 16;

/** Numbers per entry of a {@linkcode CallList}. */
export const ENTRY = 3;

/** Where a tensor is: an address, or a number of bytes after the beginning of the working memory. */
export type Place = bigint | number;

/** A primitive and where its tensors are. */
export interface Call {
  primitive: Primitive;
  /** Places by the number of the argument, without the temporary memory. */
  places: ReadonlyMap<number, Place>;
}

/** Instead of a call: all threads wait for each other. */
export const MEETING = "meeting";

/** The working memory of a {@linkcode CallList}. */
export interface WorkingMemory {
  address: bigint;
  /** First byte of the temporary memory that primitives need during a call. */
  scratch: number;
}

/**
 * What one thread calls, in a form in which it needs no JavaScript object: `[primitive, number of arguments, address of
 * the arguments]` per call, and zeros for a meeting.
 */
export class CallList {
  readonly entries: BigUint64Array<SharedArrayBuffer>;
  readonly #arguments: NativeMemory;
  readonly #tensors: Primitives;

  constructor(oneDnn: OneDnn, calls: readonly (Call | typeof MEETING)[], { address, scratch }: WorkingMemory) {
    this.entries = new BigUint64Array(new SharedArrayBuffer(8 * ENTRY * calls.length));
    this.#tensors = new Primitives(oneDnn);
    const count = calls.reduce((sum, call) => sum + (call === MEETING ? 0 : call.primitive.tensors.size), 0);
    this.#arguments = new NativeMemory(ARGUMENT_BYTES * count);
    const view = new DataView(this.#arguments.view(0, ARGUMENT_BYTES * count));
    try {
      this.#fill(calls, view, { address, scratch });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #fill(calls: readonly (Call | typeof MEETING)[], view: DataView, { address, scratch }: WorkingMemory): void {
    let at = 0;
    calls.forEach((call, i) => {
      if (call === MEETING) return;
      const { handle, tensors } = call.primitive;
      this.entries.set([handle, BigInt(tensors.size), this.#arguments.address + BigInt(at)], ENTRY * i);
      for (const [argument, descriptor] of tensors) {
        const place = argument === ARGUMENT.scratchpad ? scratch : call.places.get(argument)!;
        const tensor = this.#tensors.memory(descriptor, typeof place === "bigint" ? place : address + BigInt(place));
        view.setInt32(at, argument, true);
        view.setBigUint64(at + 8, tensor, true);
        at += ARGUMENT_BYTES;
      }
    });
  }

  /** Makes the calls in the calling thread. */
  run(): void {
    const { symbols, stream } = this.#tensors.oneDnn;
    for (let i = 0; i < this.entries.length; i += ENTRY) {
      const [primitive, count, addresses] = this.entries.subarray(i, i + ENTRY);
      made(() => symbols.dnnl_primitive_execute(primitive, stream, Number(count), addresses));
    }
  }

  [Symbol.dispose](): void {
    this.#tensors[Symbol.dispose]();
    this.#arguments[Symbol.dispose]();
  }
}
