/** Opens the C library, at the first use. */
function openLibc() {
  return Deno.dlopen("libc.so.6", {
    aligned_alloc: { parameters: ["usize", "usize"], result: "u64" },
    free: { parameters: ["u64"], result: "void" },
  }).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

/** Alignment of a block: a page, so that no two blocks share one. */
const ALIGNMENT = 4096;

/** A block of memory outside the JavaScript heap, at an address that does not change. Dispose of it after use. */
export class NativeMemory {
  static #allocated = 0;
  readonly address: bigint;

  /** Bytes of all blocks that are not disposed of. */
  static get allocated(): number {
    return this.#allocated;
  }

  /** @throws {RangeError} if the system has no memory left. */
  constructor(readonly bytes: number) {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    libc ??= openLibc();
    this.address = libc.aligned_alloc(BigInt(ALIGNMENT), BigInt(size));
    if (this.address === 0n) throw new RangeError(`There are no ${size} bytes of memory left`);
    NativeMemory.#allocated += bytes;
  }

  /** Returns the bytes from `offset` on. They are valid until the block is disposed of. */
  view(offset: number, bytes: number): ArrayBuffer {
    const pointer = Deno.UnsafePointer.create(this.address + BigInt(offset))!;
    return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
  }

  [Symbol.dispose](): void {
    libc!.free(this.address);
    NativeMemory.#allocated -= this.bytes;
  }
}
