/** Objects of a binary mask. */
export interface Components {
  /** 0 for background, else the object's number, counted from 1, `[height, width]`. */
  labels: Int32Array;
  /** Number of pixels of each object, starting with object 1. */
  areas: number[];
}

/**
 * Finds the connected components of the foreground, numbered in reading order, in two passes with a union of equivalent
 * labels (Rosenfeld & Pfaltz 1966).
 *
 * @param mask foreground if larger than 0, `[height, width]`
 * @param connectivity 1 joins pixels at their sides, 2 also at their corners. Default 2.
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  width: number,
  height: number,
  connectivity: 1 | 2 = 2,
): Components {
  const labels = new Int32Array(width * height);
  const parent: number[] = [0];
  const find = (label: number) => {
    while (parent[label] !== label) label = parent[label] = parent[parent[label]];
    return label;
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!(mask[i] > 0)) continue;
      let label = 0;
      const join = (neighbour: number) => {
        if (neighbour === 0) return;
        const root = find(neighbour);
        if (label === 0) label = root;
        else if (root !== label) {
          const low = Math.min(root, label);
          parent[Math.max(root, label)] = low;
          label = low;
        }
      };
      if (x > 0) join(labels[i - 1]);
      if (y > 0) {
        if (x > 0 && connectivity === 2) join(labels[i - width - 1]);
        join(labels[i - width]);
        if (x < width - 1 && connectivity === 2) join(labels[i - width + 1]);
      }
      if (label === 0) parent.push(label = parent.length);
      labels[i] = label;
    }
  }
  const numbers = new Int32Array(parent.length);
  const areas: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    const root = find(labels[i]);
    if (numbers[root] === 0) {
      areas.push(0);
      numbers[root] = areas.length;
    }
    labels[i] = numbers[root];
    areas[labels[i] - 1]++;
  }
  return { labels, areas };
}
