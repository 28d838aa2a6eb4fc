import { connectedComponents } from "../evaluate/components.ts";
import type { ImageSize } from "./labeled_objects.ts";
import { groupByComponent, sortDescending } from "./sort_descending.ts";

/** The local maxima of a distance transform. */
export interface DistanceMaxima {
  /** The pixel of each maximum, the first of its plateau in reading order. */
  pixels: Int32Array;
  /** Its distance to the background in pixels. */
  heights: Float64Array;
  /**
   * How far the distance falls on the best way to a higher maximum, in pixels (the maximum's dynamic, Grimaud 1992);
   * infinite for the highest of a component.
   */
  prominences: Float64Array;
}

/**
 * Finds the local maxima of a distance transform and their dynamics. Pixels are visited from the highest to the lowest,
 * and components that meet are united; the lower maximum ends there. Of equal maxima the first in reading order counts as
 * the higher one. Pixels that touch at corners are connected.
 *
 * @param squares squared distances, whole numbers, `[height, width]`, from {@linkcode squaredDistanceTransform}
 */
export function distanceMaxima(squares: Float64Array, { width, height }: ImageSize): DistanceMaxima {
  const { labels, areas } = connectedComponents(squares, width, height);
  // One component after the other, so that the pixels in use are near each other in memory.
  const order = groupByComponent(sortDescending(squares), labels, areas.length);
  // The root of a component is its highest pixel. Unvisited pixels have none.
  const parent = new Int32Array(squares.length).fill(-1);
  const find = (pixel: number) => {
    while (parent[pixel] !== pixel) pixel = parent[pixel] = parent[parent[pixel]];
    return pixel;
  };
  const pixels: number[] = [], prominences: number[] = [];
  for (let k = 0; k < order.length; k++) {
    const at = order[k], y = Math.floor(at / width), x = at - y * width;
    let root = at;
    parent[at] = at;
    for (let v = y > 0 ? y - 1 : y; v <= y + 1 && v < height; v++) {
      for (let u = x > 0 ? x - 1 : x; u <= x + 1 && u < width; u++) {
        const next = v * width + u;
        if (parent[next] < 0 || next === at) continue;
        const other = find(next);
        if (other === root) continue;
        const higher = squares[other] > squares[root] || (squares[other] === squares[root] && other < root);
        const low = higher ? root : other, high = higher ? other : root;
        if (squares[low] > squares[at]) {
          pixels.push(low);
          prominences.push(Math.sqrt(squares[low]) - Math.sqrt(squares[at]));
        }
        parent[low] = root = high;
      }
    }
  }
  for (let k = 0; k < order.length; k++) {
    if (parent[order[k]] !== order[k]) continue;
    pixels.push(order[k]);
    prominences.push(Infinity);
  }
  return {
    pixels: Int32Array.from(pixels),
    heights: Float64Array.from(pixels, (pixel) => Math.sqrt(squares[pixel])),
    prominences: Float64Array.from(prominences),
  };
}
