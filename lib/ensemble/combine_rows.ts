import type { ImageSource } from "../images/source/image_source.ts";
import type { MapRows } from "../nn/inference/map_rows.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";

/**
 * Predicts an image with several segmenters from top to bottom, and combines rows that all have predicted.
 *
 * @param combine combines the segmenters' rows, in their order
 * @param onProgress called with the completed share, 0 to 1, over all segmenters
 */
export async function* combineRows(
  members: readonly Segmenter[],
  source: ImageSource,
  combine: (maps: readonly Float32Array[]) => Promise<Float32Array> | Float32Array,
  onProgress?: (done: number) => void,
): AsyncGenerator<MapRows> {
  const shares = members.map(() => 0);
  const streams = members.map((member, m) =>
    member.predictRows(source, (done) => {
      shares[m] = done;
      onProgress?.(shares.reduce((sum, share) => sum + share, 0) / members.length);
    })
  );
  try {
    const waiting: (MapRows | undefined)[] = members.map(() => undefined);
    for (let top = 0; top < source.height;) {
      for (const [m, stream] of streams.entries()) waiting[m] ??= (await stream.next()).value as MapRows;
      const parts = waiting as MapRows[];
      // Members with tiles of different sizes complete different rows.
      const height = Math.min(...parts.map((rows) => rows.height));
      const cut = ({ data, height: rows }: MapRows) => data.length / rows * height;
      yield { top, height, data: await combine(parts.map((rows) => rows.data.subarray(0, cut(rows)))) };
      parts.forEach((rows, m) => {
        waiting[m] = rows.height === height
          ? undefined
          : { top: top + height, height: rows.height - height, data: rows.data.subarray(cut(rows)) };
      });
      top += height;
    }
  } finally {
    for (const stream of streams) await stream.return(undefined);
  }
}
