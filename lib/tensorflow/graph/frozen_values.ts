import { type Attribute, AttributeType } from "../ffi/attributes.ts";
import { DataType } from "../ffi/dtype.ts";
import type { Binding } from "../tfjs/binding.ts";
import type { Entry } from "../tfjs/entry.ts";
import type { OutputMetadata } from "../tfjs/tracer.ts";
import { smallValue } from "./constant_pool.ts";

/** Bytes up to which two tensors with equal values count as the same. */
const COMPARED_BYTES = 4096;

/**
 * Values that do not change while a frozen step is in use: those of variables, and what the step computes from constant
 * values alone, such as a kernel in 16 bits. They are computed once for all signatures of the step.
 */
export class FrozenValues {
  readonly #values = new Map<string, { entry: Entry; id: number }[]>();
  readonly #names = new WeakMap<Entry, string>();
  /** Names by what was computed. */
  readonly #places = new Map<string, string>();
  #serial = 0;

  constructor(readonly binding: Binding) {}

  /** Returns the id of a variable's value. */
  ofVariable(id: number): number {
    return this.#once(`variable ${this.#name(id)}`, () => {
      const { dtype } = this.binding.entry(id);
      return this.binding.executeOp("Identity", [{ name: "T", type: AttributeType.type, value: dtype }], [id], 1);
    })[0].id;
  }

  /** Returns the id of a float32 value, cast to another type. */
  cast(id: number, to: number): number {
    return this.#once(`cast ${to} ${this.#name(id)}`, () =>
      this.binding.executeOp(
        "Cast",
        [
          { name: "SrcT", type: AttributeType.type, value: DataType.float32 },
          { name: "DstT", type: AttributeType.type, value: to },
        ],
        [id],
        1,
      ))[0].id;
  }

  /** Computes an op of constant values. The results get ids of their own, which the caller's scope frees. */
  compute(op: string, attributes: Attribute[], inputIds: number[], numOutputs: number): OutputMetadata[] {
    const inputs = inputIds.map((id) => this.#name(id));
    return this.#once(
      JSON.stringify([op, attributes, inputs]),
      () => this.binding.executeOp(op, attributes, inputIds, numOutputs),
    )
      .map(({ entry }) => ({ id: this.binding.share(entry), shape: entry.shape, dtype: entry.dtype }));
  }

  #once(key: string, compute: () => OutputMetadata[]): { entry: Entry; id: number }[] {
    let known = this.#values.get(key);
    if (!known) {
      known = this.binding.untraced(compute).map(({ id }) => ({ entry: this.binding.entry(id), id }));
      this.#values.set(key, known);
      // A value that is computed again, after it was freed, has the same name.
      known.forEach(({ entry }, i) => {
        const place = `${key} ${i}`;
        if (!this.#places.has(place)) this.#places.set(place, `${++this.#serial}`);
        this.#names.set(entry, this.#places.get(place)!);
      });
    }
    return known;
  }

  /** Returns a name of a value: equal names mean equal values. */
  #name(id: number): string {
    const entry = this.binding.entry(id);
    let name = this.#names.get(entry);
    if (name === undefined) {
      name = entry.kind === "eager" ? smallValue(this.binding.context, entry, COMPARED_BYTES) : undefined;
      this.#names.set(entry, name ??= `${++this.#serial}`);
    }
    // A variable that was written has another value.
    return entry.kind === "variable" ? `${name} ${entry.writes}` : name;
  }

  /** Frees the values that no compiled signature reads. */
  prune(): void {
    for (const [key, values] of this.#values) {
      if (values.some(({ entry }) => entry.references > 1)) continue;
      for (const { id } of values) this.binding.deleteTensor(id);
      this.#values.delete(key);
    }
  }
}
