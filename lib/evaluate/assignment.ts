/**
 * Assigns rows to columns so that the sum of the weights is the largest possible, by shortest augmenting paths
 * (Kuhn 1955; Jonker & Volgenant 1987).
 *
 * @param weights one array per row, with a weight of at least 0 per column; all rows have the same length
 * @returns the column of each row; −1 for rows without one, if there are more rows than columns
 */
export function maximumAssignment(weights: readonly (readonly number[])[]): number[] {
  const rows = weights.length, columns = weights[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return weights.map(() => -1);
  if (rows <= columns) return assignRows(rows, columns, (i, j) => -weights[i][j]);
  const assigned = weights.map(() => -1);
  assignRows(columns, rows, (j, i) => -weights[i][j]).forEach((row, column) => assigned[row] = column);
  return assigned;
}

/** Returns each row's column in the assignment of the lowest cost; there are at least as many columns as rows. */
function assignRows(rows: number, columns: number, cost: (row: number, column: number) => number): number[] {
  const rowPotential = new Float64Array(rows), columnPotential = new Float64Array(columns);
  const rowAt = new Int32Array(columns).fill(-1), previous = new Int32Array(columns);
  for (let added = 0; added < rows; added++) {
    const distance = new Float64Array(columns).fill(Infinity), done = new Uint8Array(columns);
    let row = added, from = -1, base = 0, end = -1;
    while (end < 0) {
      let next = -1;
      for (let j = 0; j < columns; j++) {
        if (done[j]) continue;
        const length = base + cost(row, j) - rowPotential[row] - columnPotential[j];
        if (length < distance[j]) {
          distance[j] = length;
          previous[j] = from;
        }
        if (next < 0 || distance[j] < distance[next]) next = j;
      }
      done[next] = 1;
      base = distance[next];
      if (rowAt[next] < 0) end = next;
      else {
        row = rowAt[next];
        from = next;
      }
    }
    rowPotential[added] += base;
    for (let j = 0; j < columns; j++) {
      if (!done[j] || j === end) continue;
      rowPotential[rowAt[j]] += base - distance[j];
      columnPotential[j] -= base - distance[j];
    }
    for (let j = end; j >= 0;) {
      const before = previous[j];
      rowAt[j] = before >= 0 ? rowAt[before] : added;
      j = before;
    }
  }
  const assigned = new Array<number>(rows).fill(-1);
  rowAt.forEach((row, column) => {
    if (row >= 0) assigned[row] = column;
  });
  return assigned;
}
