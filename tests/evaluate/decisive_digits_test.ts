import assert from "node:assert/strict";
import { decisiveDigits, differenceVerdict, MARGIN } from "lib/evaluate";
import { Random } from "lib/math/random.ts";

const LIMITS = [-MARGIN, MARGIN];
const printed = (value: number, limits: readonly number[] = LIMITS) =>
  Number(value.toFixed(decisiveDigits(value, limits)));

Deno.test("decisiveDigits() adds digits only to what would round to a limit", () => {
  const digits = [-0.0115, -0.0105001, -0.0104, -0.0096, -0.00949, -0.010004, 0.0100001, 0].map((value) =>
    decisiveDigits(value, LIMITS)
  );
  assert.deepEqual(digits, [3, 3, 4, 4, 3, 6, 7, 3]);
  assert.deepEqual([0.01, -0.01].map((value) => decisiveDigits(value, LIMITS)), [3, 3]);
  assert.equal(decisiveDigits(89.6, [90], 0), 1);
  assert.equal(decisiveDigits(-0.0002, [0]), 4);
});

Deno.test("decisiveDigits() takes what is no number, and the smallest difference of two numbers", () => {
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(decisiveDigits(value, LIMITS), 3);
  const above = MARGIN * (1 + Number.EPSILON);
  assert.ok(above > MARGIN && printed(above) > MARGIN);
  assert.equal(decisiveDigits(Number.MIN_VALUE, [0]), 100);
});

Deno.test("intervals whose ends are printed with decisive digits keep their verdicts", () => {
  const random = new Random(7);
  const ends = () =>
    (random.next() < 0.5 ? -1 : 1) * MARGIN + random.uniform(-0.5, 0.5) * 10 ** -random.uniform(1.5, 7);
  const verdicts = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const [low, high] = [ends(), ends()].sort((a, b) => a - b), verdict = differenceVerdict({ low, high });
    verdicts.add(verdict);
    assert.equal(differenceVerdict({ low: printed(low), high: printed(high) }), verdict, `${low} to ${high}`);
  }
  assert.equal(verdicts.size, 4);
});
