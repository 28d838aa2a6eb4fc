import { mapPages, unmapPages } from "../tensorflow/ffi/anonymous_pages.ts";

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

/** A block, and how it is freed. */
interface Block {
  address: bigint;
  free: () => void;
}

/** Allocates a small block; 0 if there is no memory left. */
function allocateSmall(size: number): Block {
  const { aligned_alloc: allocate, free } = libc!, address = allocate(BigInt(PAGE), BigInt(size));
  return { address, free: () => free(address) };
}

/** Maps a large block, so that the system has it back when it is freed: the C library would keep it. 0 if there is no memory left. */
function mapLarge(size: number): Block {
  // The part before the first huge page, and the one behind the block, are never touched and take no memory.
  const length = size + HUGE_PAGE, huge = BigInt(HUGE_PAGE), start = mapPages(length);
  if (start === 0n) return { address: 0n, free: () => {} };
  const address = (start + huge - 1n) / huge * huge;
  libc!.madvise(address, BigInt(size), MADV_HUGEPAGE);
  return { address, free: () => unmapPages(start, length) };
}

/** A block of memory outside the JavaScript heap, at an address that does not change. Dispose of it after use. */
export class NativeMemory {
  static #allocated = 0;
  readonly address: bigint;
  readonly #free: () => void;
  #isFree = false;

  /** Bytes of all blocks that are not disposed of. */
  static get allocated(): number {
    return this.#allocated;
  }

  /** @throws {RangeError} if the system has no memory left. */
  constructor(readonly bytes: number) {
    const size = Math.max(1, Math.ceil(bytes / PAGE)) * PAGE;
    libc ??= openLibc();
    const block = size >= HUGE_PAGE ? mapLarge(size) : allocateSmall(size);
    if (block.address === 0n) throw new RangeError(`There are no ${size} bytes of memory left`);
    this.address = block.address;
    this.#free = block.free;
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
    this.#free();
    NativeMemory.#allocated -= this.bytes;
  }
}
