import type { ExecutableMemory } from "../../machine_code/mod.ts";
import { executableCode } from "../../onednn/mod.ts";

/** Machine code by what it was made for. Dispose of it after use. */
export class CodeStore {
  readonly #codes = new Map<string, ExecutableMemory>();

  /**
   * Returns the address of code, which is made at first.
   *
   * @param key what the code depends on, as JSON
   * @throws {OneDnnError} if this process may not run code of its own, or a map is too large for it
   */
  address(key: unknown, make: () => Uint8Array<ArrayBuffer>): bigint {
    const name = JSON.stringify(key);
    let code = this.#codes.get(name);
    if (!code) this.#codes.set(name, code = executableCode(make));
    return code.address;
  }

  [Symbol.dispose](): void {
    for (const code of this.#codes.values()) code[Symbol.dispose]();
    this.#codes.clear();
  }
}
