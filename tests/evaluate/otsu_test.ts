import assert from "node:assert/strict";
import { otsuThreshold } from "lib";
import { allForeground, otsuBaseline } from "lib/evaluate";

interface Case {
  bits: 8 | 16 | 32;
  /** Number of grey levels; 0 for floating point. */
  levels: number;
  offset: number;
  step: number;
  seed: number;
  power: number;
  share: number;
  threshold: number;
}

/** Thresholds by scikit-image: see make_otsu_fixtures.py. */
const fixtures: { squares: number; cases: Case[] } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/otsu.json", import.meta.url)),
);

/** The fixtures' random numbers of 0 to 1. */
function uniform(seed: number): Float64Array {
  let state = BigInt(seed);
  return new Float64Array(3000).map(() => {
    state = (1103515245n * state + 12345n) % 2147483648n;
    return Number(state) / 2 ** 31;
  });
}

function caseValues({ levels, offset, step, seed, power, share }: Case): Float64Array {
  const classes = uniform(seed + 1000);
  return uniform(seed).map((u, i) => {
    const grey = classes[i] < share ? 0.5 + 0.5 * u : u ** power * 0.8;
    return offset + step * (levels ? Math.floor(grey * levels) : grey);
  });
}

Deno.test("otsuThreshold() equals scikit-image's for integers of 8 and 16 bits, two-valued, sparse and constant", () => {
  const cases = fixtures.cases.filter(({ levels }) => levels > 0);
  assert.ok(cases.length > 40);
  for (const each of cases) assert.equal(otsuThreshold(caseValues(each)), each.threshold, JSON.stringify(each));
});

Deno.test("otsuThreshold() equals scikit-image's in floating point", () => {
  const cases = fixtures.cases.filter(({ levels }) => levels === 0);
  assert.ok(cases.length > 5);
  for (const each of cases) {
    const threshold = otsuThreshold(caseValues(each));
    assert.ok(Math.abs(threshold - each.threshold) < 1e-12 * each.step, `${threshold}: ${JSON.stringify(each)}`);
  }
  const squares = Array.from({ length: 256 }, (_, i) => i * i / 255);
  assert.ok(Math.abs(otsuThreshold(squares) - fixtures.squares) < 1e-10);
});

Deno.test("otsuThreshold() separates integers of any range", () => {
  const threshold = otsuThreshold([0, 1, 2, 4e9, 4e9 + 1]);
  assert.ok(threshold >= 2 && threshold < 4e9);
  assert.equal(otsuThreshold([-5, -5, 3]), -5);
});

Deno.test("otsuBaseline() takes the darker class on a bright ground", () => {
  const image = (
    data: number[],
  ) => ({ width: 3, height: 2, channels: 1, bits: 8, data: Uint8Array.from(data) } as const);
  assert.deepEqual([...otsuBaseline(image([0, 0, 0, 0, 200, 210]))], [0, 0, 0, 0, 1, 1]);
  assert.deepEqual([...otsuBaseline(image([250, 251, 250, 251, 20, 10]))], [0, 0, 0, 0, 1, 1]);
  assert.deepEqual([...allForeground(image([0, 0, 0, 0, 0, 0]))], [1, 1, 1, 1, 1, 1]);
});
