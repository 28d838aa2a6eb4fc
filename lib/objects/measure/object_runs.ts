import type { LabelImage } from "../../images/image.ts";

/** The pixels of all objects as horizontal runs, grouped by object. */
export interface ObjectRuns {
  /** Labels of the objects in ascending order. */
  labels: Float64Array;
  /** Position of each object's first run; the last entry is the number of runs. */
  first: Int32Array;
  /** Row of each run. Within an object, runs are in reading order. */
  row: Int32Array;
  /** First column of each run. */
  start: Int32Array;
  /** Column after the last one of each run. */
  end: Int32Array;
}

/** Finds the runs of a label image. */
export function findObjectRuns({ width, height, data }: LabelImage): ObjectRuns {
  const count = countRuns(data, width, height);
  const row = new Int32Array(count), start = new Int32Array(count), end = new Int32Array(count);
  const found = new Int32Array(count);
  const numbers = new Map<number, number>();
  let run = 0;
  for (let y = 0; y < height; y++) {
    const offset = y * width;
    for (let x = 0; x < width;) {
      const label = data[offset + x], from = x++;
      if (label === 0) continue;
      while (x < width && data[offset + x] === label) x++;
      let number = numbers.get(label);
      if (number === undefined) numbers.set(label, number = numbers.size);
      row[run] = y;
      start[run] = from;
      end[run] = x;
      found[run++] = number;
    }
  }
  const labels = Float64Array.from(numbers.keys()).sort();
  const rank = new Int32Array(labels.length);
  labels.forEach((label, i) => rank[numbers.get(label)!] = i);
  return { labels, ...group({ row, start, end }, found.map((number) => rank[number]), labels.length) };
}

function countRuns(data: LabelImage["data"], width: number, height: number): number {
  let count = 0;
  for (let y = 0, i = 0; y < height; y++) {
    let previous = 0;
    for (const end = i + width; i < end; i++) {
      const label = data[i];
      if (label !== previous && label !== 0) count++;
      previous = label;
    }
  }
  return count;
}

/** Sorts runs by object and keeps their order within each object (counting sort). */
function group(
  { row, start, end }: Pick<ObjectRuns, "row" | "start" | "end">,
  object: Int32Array,
  objects: number,
): Omit<ObjectRuns, "labels"> {
  const first = new Int32Array(objects + 1);
  for (const k of object) first[k + 1]++;
  for (let k = 0; k < objects; k++) first[k + 1] += first[k];
  const next = first.slice(), count = object.length;
  const grouped = { first, row: new Int32Array(count), start: new Int32Array(count), end: new Int32Array(count) };
  for (let run = 0; run < count; run++) {
    const to = next[object[run]]++;
    grouped.row[to] = row[run];
    grouped.start[to] = start[run];
    grouped.end[to] = end[run];
  }
  return grouped;
}
