/** Opens the C library, at the first use. */
function openLibc() {
  return Deno.dlopen("libc.so.6", {
    mmap: { parameters: ["u64", "usize", "i32", "i32", "i32", "i64"], result: "u64" },
    mprotect: { parameters: ["u64", "usize", "i32"], result: "i32" },
    munmap: { parameters: ["u64", "usize"], result: "i32" },
  }).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

/** Linux's constants. */
const READ = 1, WRITE = 2, EXECUTE = 4, PRIVATE = 2, ANONYMOUS = 0x20, FAILED = 2n ** 64n - 1n;

/** Maps pages that can be read and written, and are zero; returns their address, or 0 if there is no memory left. */
export function mapPages(bytes: number): bigint {
  libc ??= openLibc();
  const address = libc.mmap(0n, BigInt(bytes), READ | WRITE, PRIVATE | ANONYMOUS, -1, 0n);
  return address === FAILED ? 0n : address;
}

/** Lets code run in mapped pages, which can no longer be written; returns whether the system allows that. */
export function makeExecutable(address: bigint, bytes: number): boolean {
  return libc!.mprotect(address, BigInt(bytes), READ | EXECUTE) === 0;
}

/** Gives mapped pages back to the system. */
export function unmapPages(address: bigint, bytes: number): void {
  libc!.munmap(address, BigInt(bytes));
}
