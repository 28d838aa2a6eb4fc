/** Directions: right, down, left, up. */
const DX = [1, 0, -1, 0], DY = [0, 1, 0, -1];

/**
 * Follows the sides of pixels around a part, with the part on the right-hand side. Where two pixels of the part meet only
 * at a corner, the line turns left: the background on both sides then belongs to different rings, so that no ring touches
 * itself.
 */
export class RingTracer {
  readonly #parts: Int32Array;
  readonly #stride: number;
  /** Whether a ring was traced along the upper side of a pixel. */
  readonly #traced: Uint8Array;
  #corners = new Int32Array(1024);

  /**
   * @param parts number of each pixel's part, with a border of 0
   * @param stride width of `parts`
   */
  constructor(parts: Int32Array, stride: number) {
    this.#parts = parts;
    this.#stride = stride;
    this.#traced = new Uint8Array(parts.length);
  }

  /** Returns whether a ring that was not traced yet runs along the upper side of a pixel. */
  startsAt(at: number): boolean {
    return this.#traced[at] === 0 && this.#parts[at - this.#stride] !== this.#parts[at];
  }

  /**
   * Traces the ring along the upper side of a pixel.
   *
   * @param left position of the pixel in `parts`; its left neighbour is not on the same straight side
   * @returns corners in the coordinates of the image, which has no border
   */
  trace(left: number, top: number): Int32Array {
    const parts = this.#parts, stride = this.#stride, traced = this.#traced;
    const part = parts[top * stride + left];
    // Position in `parts` of the pixels on the left and on the right ahead of a corner, relative to the corner's pixel.
    const leftAhead = [-stride, 0, -1, -stride - 1], rightAhead = [0, -1, -stride - 1, -stride];
    let x = left, y = top, direction = 0, length = 0;
    do {
      if (length + 2 > this.#corners.length) this.#grow();
      this.#corners[length++] = x - 1;
      this.#corners[length++] = y - 1;
      for (;;) {
        if (direction === 0) traced[y * stride + x] = 1;
        x += DX[direction];
        y += DY[direction];
        const at = y * stride + x;
        if (parts[at + leftAhead[direction]] === part) direction = (direction + 3) & 3;
        else if (parts[at + rightAhead[direction]] !== part) direction = (direction + 1) & 3;
        else continue;
        break;
      }
    } while (x !== left || y !== top);
    return this.#corners.slice(0, length);
  }

  #grow(): void {
    const longer = new Int32Array(2 * this.#corners.length);
    longer.set(this.#corners);
    this.#corners = longer;
  }
}
