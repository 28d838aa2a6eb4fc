import { CodeWriter } from "./code_writer.ts";

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
  readonly #code = new CodeWriter();
  readonly #frame: number;
  /** Numbers of the next end, and of the next place after {@linkcode ifZero}. */
  #end = 0;
  #after = 0;

  /** @param slots number of slots */
  constructor(slots: number) {
    // The slot 0 is for an argument that does not fit into a register. A multiple of 16 keeps the stack aligned.
    this.#frame = 16 * Math.ceil((slots + 1) / 2);
    this.#code.write(0x53); // push rbx
    this.#stackPointer(0xec); // sub rsp, frame
    this.#code.write(0x48, 0x89, 0xe3); // mov rbx, rsp
  }

  #stackPointer(operation: number): void {
    this.#code.withInt32([0x48, 0x81, operation], this.#frame);
  }

  /** Writes an instruction on a register and a slot. */
  #slot(opcode: number, register: number, slot: Slot): void {
    if (8 * slot >= this.#frame) throw new RangeError(`There is no slot ${slot}`);
    this.#code.withInt32([0x48 | register >> 3 << 2, opcode, 0x80 | (register & 7) << 3 | RBX], 8 * slot);
  }

  #load(register: number, operand: Operand): void {
    if (typeof operand === "bigint") {
      this.#code.withInt64([0x48 | register >> 3, 0xb8 | register & 7], operand); // mov register, number
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
      this.#code.write(0x48, 0x01, 0xc8); // add rax, rcx
    }
    this.#slot(0x89, RAX, slot);
  }

  /** Calls the function at an address with at most seven numbers. */
  call(address: bigint, operands: readonly Operand[]): void {
    const [last, ...more] = operands.slice(ARGUMENTS.length);
    if (more.length > 0) throw new RangeError("A call has at most seven arguments");
    if (last !== undefined) this.set(0, last);
    operands.slice(0, ARGUMENTS.length).forEach((operand, i) => this.#load(ARGUMENTS[i], operand));
    this.#code.call(address);
  }

  /** If the last call returned 0, does what `body` writes and goes to the {@linkcode end}. */
  ifZero(body: () => void): void {
    const after = `after ${this.#after++}`;
    this.#code.write(0x48, 0x85, 0xc0); // test rax, rax
    this.#code.jump(after, 0x85); // jnz
    body();
    this.#code.jump(`end ${this.#end}`);
    this.#code.place(after);
  }

  /** Begins what is also done after {@linkcode ifZero}. */
  end(): void {
    this.#code.place(`end ${this.#end++}`);
  }

  /** Returns the code. It returns what the last call did, or the slot `result`. */
  finish(result?: Slot): Uint8Array<ArrayBuffer> {
    this.end();
    if (result !== undefined) this.#load(RAX, { slot: result });
    this.#stackPointer(0xc4); // add rsp, frame
    this.#code.write(0x5b, 0xc3); // pop rbx; ret
    return this.#code.finish();
  }
}
