import assert from "node:assert/strict";
import { assignOffsets, type Lifetime } from "lib/nn/engine/assign_offsets.ts";
import { Random } from "lib/math/random.ts";

Deno.test("pieces of memory that are needed at the same time never overlap", () => {
  const random = new Random(5);
  for (let round = 0; round < 200; round++) {
    const pieces: Lifetime[] = Array.from({ length: 1 + random.integer(30) }, () => {
      const first = random.integer(20);
      return { bytes: 1 + random.integer(10_000), first, last: first + random.integer(6) };
    });
    const { offsets, bytes } = assignOffsets(pieces);
    pieces.forEach((piece, i) => {
      assert.equal(offsets[i] % 64, 0);
      assert.ok(offsets[i] + piece.bytes <= bytes);
      pieces.slice(0, i).forEach((other, j) => {
        const together = piece.first <= other.last && other.first <= piece.last;
        const apart = offsets[i] + piece.bytes <= offsets[j] || offsets[j] + other.bytes <= offsets[i];
        assert.ok(!together || apart, `${round}: ${i} and ${j}`);
      });
    });
    // At least what is needed at once, and no more than all together.
    const needed = Array.from(
      { length: 26 },
      (_, step) =>
        pieces.filter(({ first, last }) => first <= step && step <= last).reduce((sum, piece) => sum + piece.bytes, 0),
    );
    assert.ok(bytes >= Math.max(...needed) && bytes <= pieces.reduce((sum, piece) => sum + piece.bytes + 63, 0));
  }
  assert.deepEqual(assignOffsets([]), { offsets: [], bytes: 0 });
});
