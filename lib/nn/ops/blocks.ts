import { controlDependency, tf } from "../../tensorflow/mod.ts";

/** The fewest pixels of a block: with fewer, matrix products are short and each op costs more than it computes. */
const BLOCK_PIXELS = 1024;

/** Images and rows of a map. */
interface Block {
  image: number;
  images: number;
  row: number;
  rows: number;
}

/** Cuts a map into blocks of whole images, or of whole rows of one image. */
function listBlocks([batch, height, width]: readonly number[], rowStep: number): Block[] {
  const images = Math.max(1, Math.floor(BLOCK_PIXELS / (height * width)));
  const rows = Math.min(height, rowStep * Math.ceil(BLOCK_PIXELS / (width * rowStep)));
  const blocks: Block[] = [];
  for (let image = 0; image < batch; image += images) {
    for (let row = 0; row < height; row += rows) {
      blocks.push({ image, images: Math.min(images, batch - image), row, rows: Math.min(rows, height - row) });
    }
  }
  return blocks;
}

/**
 * Computes a 3 × 3 convolution with stride 1 in blocks, one after the other, so that only the tiles of one block are in
 * memory.
 *
 * @param x `[batch, height, width, channels]`, padded with `dilation` pixels above and left, and with
 * `(step - 1) · dilation` below and right
 * @param step side of a tile's result
 * @param convolve computes `[images, rows, width, outChannels]` from the padded pixels of a block
 */
export function convolveBlocks(
  padded: tf.Tensor4D,
  dilation: number,
  step: number,
  convolve: (padded: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const margin = step * dilation, [batch, fullHeight, fullWidth] = padded.shape;
  const height = fullHeight - margin, width = fullWidth - margin;
  const blocks = listBlocks([batch, height, width], margin);
  if (blocks.length === 1) return convolve(padded);
  const results: tf.Tensor4D[] = [];
  for (const { image, images, row, rows } of blocks) {
    const source = results.length ? controlDependency(padded, results.at(-1)!) : padded;
    results.push(convolve(tf.slice(source, [image, row, 0, 0], [images, rows + margin, -1, -1])));
  }
  const outChannels = results[0].shape[3];
  const lines = results.map((result) => tf.reshape(result, [-1, width * outChannels]));
  return tf.reshape(tf.concat(lines, 0), [batch, height, width, outChannels]);
}
