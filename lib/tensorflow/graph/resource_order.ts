import type { Entry } from "../tfjs/entry.ts";
import type { Output } from "../ffi/graph_node.ts";

/** The last write of a resource, the reads since, and the value read. */
interface ResourceState {
  write?: bigint;
  reads: bigint[];
  value?: Output;
}

/**
 * The order in which a graph's nodes read and write variables. Only control dependencies order such nodes: a read runs
 * after the last write, a write after all earlier reads.
 */
export class ResourceOrder {
  readonly #states = new Map<Entry, ResourceState>();

  #state(resource: Entry): ResourceState {
    let state = this.#states.get(resource);
    if (!state) this.#states.set(resource, state = { reads: [] });
    return state;
  }

  /** Returns a variable's value if it was read since the last write. */
  value(resource: Entry): Output | undefined {
    return this.#state(resource).value;
  }

  /** Returns the operations that must run before a read. */
  beforeRead(resource: Entry): bigint[] {
    const { write } = this.#state(resource);
    return write ? [write] : [];
  }

  /** Records a read. */
  addRead(resource: Entry, value: Output): void {
    const state = this.#state(resource);
    state.reads.push(value.operation);
    state.value = value;
  }

  /** Returns the operations that must run before a write of these resources. */
  beforeWrite(resources: readonly Entry[]): bigint[] {
    return resources.flatMap((resource) => [...this.beforeRead(resource), ...this.#state(resource).reads]);
  }

  /** Records a write. */
  addWrite(resources: readonly Entry[], operation: bigint): void {
    for (const resource of resources) this.#states.set(resource, { write: operation, reads: [] });
  }

  /** Returns the variables that are written. */
  written(): Entry[] {
    return [...this.#states].flatMap(([resource, { write }]) => write ? [resource] : []);
  }

  /** Returns the last writes of all resources, each operation once although it may have written several. */
  lastWrites(): bigint[] {
    return [...new Set([...this.#states.values()].flatMap(({ write }) => write ? [write] : []))];
  }
}
