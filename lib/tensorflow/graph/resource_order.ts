import type { Entry } from "../tfjs/entry.ts";
import type { Output } from "../ffi/graph.ts";

/** Who wrote a resource last, who has read it since, and the value read. */
interface ResourceState {
  write?: bigint;
  reads: bigint[];
  value?: Output;
}

/**
 * The order in which a graph's nodes read and write variables. Nothing but control edges orders such nodes: a read comes
 * after the last write, a write after all reads before it.
 */
export class ResourceOrder {
  readonly #states = new Map<Entry, ResourceState>();

  #state(resource: Entry): ResourceState {
    let state = this.#states.get(resource);
    if (!state) this.#states.set(resource, state = { reads: [] });
    return state;
  }

  /** A variable's value, if it was read since the last write. */
  value(resource: Entry): Output | undefined {
    return this.#state(resource).value;
  }

  /** Operations that must run before a read. */
  beforeRead(resource: Entry): bigint[] {
    const { write } = this.#state(resource);
    return write ? [write] : [];
  }

  /** Notes a read. */
  addRead(resource: Entry, value: Output): void {
    const state = this.#state(resource);
    state.reads.push(value.operation);
    state.value = value;
  }

  /** Operations that must run before a write of these resources. */
  beforeWrite(resources: readonly Entry[]): bigint[] {
    return resources.flatMap((resource) => [...this.beforeRead(resource), ...this.#state(resource).reads]);
  }

  /** Notes a write. */
  addWrite(resources: readonly Entry[], operation: bigint): void {
    for (const resource of resources) this.#states.set(resource, { write: operation, reads: [] });
  }

  /** The last writes of all resources; one operation may have written several. */
  lastWrites(): bigint[] {
    return [...new Set([...this.#states.values()].flatMap(({ write }) => write ? [write] : []))];
  }
}
