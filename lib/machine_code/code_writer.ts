/** Writes bytes of machine code, and jumps to places that have names. */
export class CodeWriter {
  readonly #bytes: number[] = [];
  readonly #places = new Map<string, number>();
  readonly #jumps: { at: number; to: string }[] = [];

  write(...bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
  }

  #number(value: bigint, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.#bytes.push(Number(value >> BigInt(8 * i) & 255n));
  }

  /** Writes an instruction that ends with a number of 32 bits. */
  withInt32(bytes: readonly number[], value: number): void {
    this.write(...bytes);
    this.#number(BigInt(value), 4);
  }

  /** Writes an instruction that ends with a number of 64 bits. */
  withInt64(bytes: readonly number[], value: bigint): void {
    this.write(...bytes);
    this.#number(value, 8);
  }

  /** Calls the function at an address; `rax` is overwritten. */
  call(address: bigint): void {
    this.withInt64([0x48, 0xb8], address); // mov rax, address
    this.write(0xff, 0xd0); // call rax
  }

  /** Names this place. */
  place(name: string): void {
    this.#places.set(name, this.#bytes.length);
  }

  /** Jumps to a place, always or as the opcode of a conditional jump says. */
  jump(to: string, condition?: number): void {
    if (condition === undefined) this.write(0xe9);
    else this.write(0x0f, condition);
    this.#jumps.push({ at: this.#bytes.length, to });
    this.#number(0n, 4);
  }

  /** Returns the code, in which all jumps find their places. */
  finish(): Uint8Array<ArrayBuffer> {
    const code = Uint8Array.from(this.#bytes), view = new DataView(code.buffer);
    for (const { at, to } of this.#jumps) view.setInt32(at, this.#places.get(to)! - (at + 4), true);
    return code;
  }
}
