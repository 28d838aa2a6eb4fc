/** Opens the C library, at the first use. */
function openLibc() {
  return Deno.dlopen("libc.so.6", {
    aligned_alloc: { parameters: ["usize", "usize"], result: "u64" },
    free: { parameters: ["u64"], result: "void" },
    madvise: { parameters: ["u64", "usize", "i32"], result: "i32" },
  }).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

/** Alignment of a block: a page, so that no two blocks share one. */
const PAGE = 4096;

/** Alignment of a block that is larger: Linux may back it by pages of this size, so that fewer are looked up. */
const HUGE_PAGE = 2 ** 21;

/** Linux's advice to use huge pages. */
const MADV_HUGEPAGE = 14;

/** A block of memory outside the JavaScript heap, at an address that does not change. Dispose of it after use. */
export class NativeMemory {
  static #allocated = 0;
  readonly address: bigint;
  #isFree = false;

  /** Bytes of all blocks that are not disposed of. */
  static get allocated(): number {
    return this.#allocated;
  }

  /** @throws {RangeError} if the system has no memory left. */
  constructor(readonly bytes: number) {
    const alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : PAGE, size = Math.max(1, Math.ceil(bytes / PAGE)) * PAGE;
    libc ??= openLibc();
    this.address = libc.aligned_alloc(BigInt(alignment), BigInt(size));
    if (this.address === 0n) throw new RangeError(`There are no ${size} bytes of memory left`);
    if (alignment === HUGE_PAGE) libc.madvise(this.address, BigInt(size), MADV_HUGEPAGE);
    NativeMemory.#allocated += bytes;
  }

  /** Returns the bytes from `offset` on. They are valid until the block is disposed of. */
  view(offset: number, bytes: number): ArrayBuffer {
    const pointer = Deno.UnsafePointer.create(this.address + BigInt(offset))!;
    return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
  }

  [Symbol.dispose](): void {
    if (this.#isFree) return;
    this.#isFree = true;
    libc!.free(this.address);
    NativeMemory.#allocated -= this.bytes;
  }
}
