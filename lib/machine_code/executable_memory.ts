import { makeExecutable, mapPages, unmapPages } from "../tensorflow/ffi/anonymous_pages.ts";
import { MachineCodeError } from "./machine_code_error.ts";

const PAGE = 4096;

/** Machine code in memory, from where it can run. Dispose of it when no thread runs it any more. */
export class ExecutableMemory {
  static #count = 0;
  /** Address of the first instruction. */
  readonly address: bigint;
  readonly #bytes: number;
  #isFree = false;

  /** Number of blocks that are not disposed of. */
  static get count(): number {
    return this.#count;
  }

  /** @throws {MachineCodeError} if the system lets this process run no code of its own. */
  constructor(code: Uint8Array) {
    this.#bytes = Math.ceil(code.length / PAGE) * PAGE;
    this.address = mapPages(this.#bytes);
    if (this.address === 0n) throw new MachineCodeError("The system has no memory left for machine code");
    ExecutableMemory.#count++;
    const pointer = Deno.UnsafePointer.create(this.address)!;
    new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, code.length)).set(code);
    // Never writable and executable at the same time.
    if (makeExecutable(this.address, this.#bytes)) return;
    this[Symbol.dispose]();
    throw new MachineCodeError("The system does not let this process run machine code that it makes");
  }

  [Symbol.dispose](): void {
    if (this.#isFree) return;
    this.#isFree = true;
    ExecutableMemory.#count--;
    unmapPages(this.address, this.#bytes);
  }
}
