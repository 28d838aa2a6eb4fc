/** Registers of a C function's arguments on Linux, by their numbers: `rdi`, `rsi`, `rdx`, `rcx`, `r8` and `r9`. */
const ARGUMENTS = [7, 6, 2, 1, 8, 9] as const;

/** Registers: a result and a function's address, a number to add, the frame. */
const RAX = 0, RCX = 1, RBX = 3;

/** A number of 64 bits that the function keeps, from 1 on. */
export type Slot = number;

/** An argument of a call: a number, what a slot holds, or the address of a slot. */
export type Operand = bigint | { slot: Slot } | { addressOf: Slot };

/**
 * Writes a C function for Linux on x86-64 that calls other ones, in turn.
 *
 * @example
 * ```ts
 * import { CFunction } from "lib/machine_code/mod.ts";
 *
 * // uint64_t twice(uint64_t x) { return f(f(x)); }, for a function f at an address
 * function twice(f: bigint): Uint8Array {
 *   const code = new CFunction(1);
 *   code.keepArgument(0, 1);
 *   code.call(f, [{ slot: 1 }]);
 *   code.keepResult(1);
 *   code.call(f, [{ slot: 1 }]);
 *   return code.finish();
 * }
 * ```
 */
export class CFunction {
  readonly #bytes: number[] = [];
  readonly #frame: number;
  /** Where jumps to the end are. */
  readonly #jumps: number[] = [];

  /** @param slots number of slots */
  constructor(slots: number) {
    // The slot 0 is for an argument that does not fit into a register. A multiple of 16 keeps the stack aligned.
    this.#frame = 16 * Math.ceil((slots + 1) / 2);
    this.#bytes.push(0x53); // push rbx
    this.#stackPointer(0xec); // sub rsp, frame
    this.#bytes.push(0x48, 0x89, 0xe3); // mov rbx, rsp
  }

  #number(value: bigint, bytes: number): void {
    for (let i = 0n; i < bytes; i++) this.#bytes.push(Number(value >> 8n * i & 255n));
  }

  #int32(value: number): void {
    this.#number(BigInt(value), 4);
  }

  #stackPointer(operation: number): void {
    this.#bytes.push(0x48, 0x81, operation);
    this.#int32(this.#frame);
  }

  /** Writes an instruction on a register and a slot. */
  #slot(opcode: number, register: number, slot: Slot): void {
    if (8 * slot >= this.#frame) throw new RangeError(`There is no slot ${slot}`);
    this.#bytes.push(0x48 | register >> 3 << 2, opcode, 0x80 | (register & 7) << 3 | RBX);
    this.#int32(8 * slot);
  }

  #load(register: number, operand: Operand): void {
    if (typeof operand === "bigint") {
      this.#bytes.push(0x48 | register >> 3, 0xb8 | register & 7); // mov register, number
      this.#number(operand, 8);
    } else if ("slot" in operand) this.#slot(0x8b, register, operand.slot); // mov register, [slot]
    else this.#slot(0x8d, register, operand.addressOf); // lea register, [slot]
  }

  /** Keeps an argument of the function, of the first six. */
  keepArgument(index: number, slot: Slot): void {
    this.#slot(0x89, ARGUMENTS[index], slot);
  }

  /** Keeps the result of the last call. */
  keepResult(slot: Slot): void {
    this.#slot(0x89, RAX, slot);
  }

  /** Sets a slot to a number, or to a sum of what another slot holds and a number of bytes. */
  set(slot: Slot, value: Operand, bytes = 0): void {
    this.#load(RAX, value);
    if (bytes) {
      this.#load(RCX, BigInt(bytes));
      this.#bytes.push(0x48, 0x01, 0xc8); // add rax, rcx
    }
    this.#slot(0x89, RAX, slot);
  }

  /** Calls the function at an address with at most seven numbers. */
  call(address: bigint, operands: readonly Operand[]): void {
    const [last, ...more] = operands.slice(ARGUMENTS.length);
    if (more.length > 0) throw new RangeError("A call has at most seven arguments");
    if (last !== undefined) this.set(0, last);
    operands.slice(0, ARGUMENTS.length).forEach((operand, i) => this.#load(ARGUMENTS[i], operand));
    this.#load(RAX, address);
    this.#bytes.push(0xff, 0xd0); // call rax
  }

  /** If the last call returned 0, does what `body` writes and goes to the {@linkcode end}. */
  ifZero(body: () => void): void {
    this.#bytes.push(0x48, 0x85, 0xc0, 0x0f, 0x85); // test rax, rax; jnz
    const after = this.#bytes.length;
    this.#int32(0);
    body();
    this.#bytes.push(0xe9); // jmp
    this.#jumps.push(this.#bytes.length);
    this.#int32(0);
    this.#land(after);
  }

  /** Lets a jump end here. */
  #land(jump: number): void {
    const distance = BigInt(this.#bytes.length - (jump + 4));
    for (let i = 0; i < 4; i++) this.#bytes[jump + i] = Number(distance >> BigInt(8 * i) & 255n);
  }

  /** Begins what is also done after {@linkcode ifZero}. */
  end(): void {
    for (const jump of this.#jumps.splice(0)) this.#land(jump);
  }

  /** Returns the code. It returns what the last call did, or the slot `result`. */
  finish(result?: Slot): Uint8Array<ArrayBuffer> {
    this.end();
    if (result !== undefined) this.#load(RAX, { slot: result });
    this.#stackPointer(0xc4); // add rsp, frame
    this.#bytes.push(0x5b, 0xc3); // pop rbx; ret
    return Uint8Array.from(this.#bytes);
  }
}
