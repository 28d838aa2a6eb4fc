/** Memory for the copies of kernels that oneDNN keeps in its own layout. */
export class KernelCopies {
  #bytes = 0;

  /** @param most most bytes of all copies, unless the first of them takes more */
  constructor(readonly most: number) {}

  /** Reserves memory for a copy; returns whether there is room for it. */
  reserve(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > this.most) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Gives back what {@linkcode reserve} has reserved. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** The copies of this process: of all compiled steps, such as those of the members of an ensemble. */
export const kernelCopies: KernelCopies = new KernelCopies(2 ** 29);
