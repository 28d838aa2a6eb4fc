import { createHash } from "node:crypto";
import type { NewNode, Output } from "./graph_node.ts";

/** Digest of a graph that grows by a node at a time: equal for graphs that compute the same in the same order. */
export class GraphDigest {
  readonly #hash = createHash("sha256");
  /** The number of each node. */
  readonly #numbers = new Map<bigint, number>();

  /** Adds a node. */
  add(
    op: string,
    { attributes = [], inputs = [], control = [], name, set, content }: NewNode,
    operation: bigint,
  ): void {
    if (set && content === undefined) throw new Error(`${op}: a node needs the content of what it sets`);
    const read = inputs.map((input) => "length" in input ? this.#numbered(input) : this.#numbered([input])[0]);
    const after = control.map((each) => this.#numbers.get(each));
    this.#write([op, name, attributes, read, after, content]);
    this.#numbers.set(operation, this.#numbers.size);
  }

  /** Returns the digest of the function with these inputs and outputs, in hexadecimal digits. The digest ends here. */
  end(inputs: readonly Output[], outputs: readonly Output[], control: readonly bigint[]): string {
    this.#write([this.#numbered(inputs), this.#numbered(outputs), control.map((each) => this.#numbers.get(each))]);
    return this.#hash.digest("hex");
  }

  #numbered(outputs: readonly Output[]): [number | undefined, number][] {
    return outputs.map(({ operation, index }) => [this.#numbers.get(operation), index]);
  }

  #write(value: unknown): void {
    // JSON has no infinite numbers.
    const text = JSON.stringify(value, (_, each) => typeof each === "number" && !isFinite(each) ? `${each}` : each);
    this.#hash.update(text).update("\n");
  }
}
