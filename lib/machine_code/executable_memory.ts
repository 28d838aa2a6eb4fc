import { MachineCodeError } from "./machine_code_error.ts";

/** Opens the C library, at the first use. */
function openLibc() {
  return Deno.dlopen("libc.so.6", {
    mmap: { parameters: ["u64", "usize", "i32", "i32", "i32", "i64"], result: "u64" },
    mprotect: { parameters: ["u64", "usize", "i32"], result: "i32" },
    munmap: { parameters: ["u64", "usize"], result: "i32" },
  }).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

const PAGE = 4096;

/** Linux's constants. */
const READ = 1, WRITE = 2, EXECUTE = 4, PRIVATE = 2, ANONYMOUS = 0x20, FAILED = 2n ** 64n - 1n;

/** Machine code in memory, from where it can run. Dispose of it when no thread runs it any more. */
export class ExecutableMemory {
  static #count = 0;
  /** Address of the first instruction. */
  readonly address: bigint;
  readonly #bytes: bigint;
  #isFree = false;

  /** Number of blocks that are not disposed of. */
  static get count(): number {
    return this.#count;
  }

  /** @throws {MachineCodeError} if the system lets this process run no code of its own. */
  constructor(code: Uint8Array) {
    libc ??= openLibc();
    this.#bytes = BigInt(Math.ceil(code.length / PAGE) * PAGE);
    this.address = libc.mmap(0n, this.#bytes, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0n);
    if (this.address === FAILED) throw new MachineCodeError("The system has no memory left for machine code");
    ExecutableMemory.#count++;
    const pointer = Deno.UnsafePointer.create(this.address)!;
    new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, code.length)).set(code);
    // Never writable and executable at the same time.
    if (libc.mprotect(this.address, this.#bytes, READ | EXECUTE) === 0) return;
    this[Symbol.dispose]();
    throw new MachineCodeError("The system does not let this process run machine code that it makes");
  }

  [Symbol.dispose](): void {
    if (this.#isFree) return;
    this.#isFree = true;
    ExecutableMemory.#count--;
    libc!.munmap(this.address, this.#bytes);
  }
}
