import { objectColumn, type ObjectTable } from "lib/objects";

/** Joins tables of different objects of one image. */
export class TableCollector {
  readonly #tables: ObjectTable[] = [];

  add(table: ObjectTable): void {
    if (table.count > 0) this.#tables.push(table);
  }

  /** Returns one table with all objects by ascending label; undefined if there are none. */
  table(): ObjectTable | undefined {
    const [first] = this.#tables;
    if (!first) return undefined;
    const count = this.#tables.reduce((sum, table) => sum + table.count, 0);
    const labels = concatenate(this.#tables.map((table) => objectColumn(table, "label")), count);
    const order = Uint32Array.from({ length: count }, (_, k) => k).sort((a, b) => labels[a] - labels[b]);
    const columns = new Map<string, Float64Array>();
    for (const name of first.columns.keys()) {
      const values = concatenate(this.#tables.map((table) => table.columns.get(name)!), count);
      columns.set(name, Float64Array.from(order, (k) => values[k]));
    }
    return { ...first, count, columns };
  }
}

function concatenate(parts: readonly Float64Array[], length: number): Float64Array {
  const out = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Yields a table in pieces of some rows: the text of a large one does not fit into a string. */
export function* tablePieces({ columns, count, ...table }: ObjectTable, rows = 10_000): Generator<ObjectTable> {
  for (let from = 0; from < Math.max(1, count); from += rows) {
    const to = Math.min(count, from + rows);
    const part = new Map(Array.from(columns, ([name, values]) => [name, values.subarray(from, to)]));
    yield { ...table, count: to - from, columns: part };
  }
}
