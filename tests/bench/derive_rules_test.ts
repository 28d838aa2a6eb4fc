import assert from "node:assert/strict";
import { deriveRules } from "../../bench/algorithms/derive_rules.ts";
import type { MeasuredPoint } from "../../bench/algorithms/measure_work.ts";

function point(side: number, channels: number, low: number, options: Partial<MeasuredPoint> = {}): MeasuredPoint {
  return {
    map: [4, side, side, channels],
    kernel: [3, 3, channels, channels],
    dilation: 1,
    kind: "inference",
    algorithm: "winograd2",
    speed: { ratio: low + 0.1, low, high: low + 0.2 },
    direct: 1,
    milliseconds: 1,
    ...options,
  };
}

Deno.test("an algorithm whose interval shows no gain of 3 % gets no rule", () => {
  assert.deepEqual(Object.values(deriveRules([point(32, 128, 1.02)])).flat(), []);
  assert.equal(deriveRules([point(32, 128, 1.03)]).inference.length, 1);
});

Deno.test("classes that adjoin are joined, and the rules of the largest measured maps hold for larger ones", () => {
  const points = [16, 32].map((side) => point(side, 128, 1.2));
  const channels = { inChannels: [128, 255], outChannels: [128, 255], inside: [0, null] };
  assert.deepEqual(deriveRules(points).inference, [{ algorithm: "winograd2", ...channels, pixels: [512, null] }]);
  const smaller = deriveRules([...points, point(64, 128, 0.9)]).inference;
  assert.deepEqual(smaller, [{ algorithm: "winograd2", ...channels, pixels: [512, 8191] }]);
});

Deno.test("the algorithm with the greatest least gain comes first, and each must gain for every convolution of its class", () => {
  const four = { algorithm: "winograd4" } as const;
  const gains = [point(32, 128, 1.1), point(32, 128, 1.5, four)];
  assert.deepEqual(deriveRules(gains).inference.map(({ algorithm }) => algorithm), ["winograd4", "winograd2"]);
  // The second one gains more on average, and less where it gains least.
  const uneven = [point(32, 128, 1.2, { dilation: 2 }), point(32, 128, 1.05, { dilation: 2, ...four })];
  assert.deepEqual(deriveRules([...gains, ...uneven]).inference.map(({ algorithm }) => algorithm), [
    "winograd2",
    "winograd4",
  ]);
  const dilated = [point(32, 128, 1.1, { dilation: 2 }), point(32, 128, 0.9, { dilation: 2, ...four })];
  assert.deepEqual(deriveRules([...gains, ...dilated]).inference.map(({ algorithm }) => algorithm), ["winograd2"]);
});

Deno.test("each kind of work has its own rules", () => {
  const { inference, kernelGradient, forward } = deriveRules([
    point(32, 64, 1.3, { kind: "kernelGradient" }),
    point(32, 64, 0.7),
  ]);
  assert.deepEqual([inference.length, kernelGradient.length, forward.length], [0, 1, 0]);
});

Deno.test("tiles that gain in every convolution have a rule without limits, before all others", () => {
  const tiles = (side: number, low: number) => point(side, 128, low, { algorithm: "tiles2" });
  const others = [16, 32].map((side) => point(side, 128, 1.9));
  assert.deepEqual(
    deriveRules([...others, tiles(16, 1.1), tiles(32, 1.03)]).inference.map((
      { algorithm, pixels },
    ) => [algorithm, pixels]),
    [
      ["tiles2", [0, null]],
      ["winograd2", [512, null]],
    ],
  );
  // One that does not gain everywhere is a candidate like the others.
  assert.deepEqual(deriveRules([tiles(16, 1.1), tiles(32, 1.02)]).inference.map(({ pixels }) => pixels), [[512, 2047]]);
});

Deno.test("tiles that gain with full tiles, or with many channels, have a rule for all of those", () => {
  const tiles = (side: number, channels: number, low: number) => point(side, channels, low, { algorithm: "tiles4" });
  const rules = (points: MeasuredPoint[]) =>
    deriveRules(points).inference.map(({ algorithm, inside, inChannels, pixels }) => [
      algorithm,
      inside[0],
      inChannels[0],
      pixels,
    ]);
  const half = tiles(3, 128, 0.9), narrow = tiles(64, 16, 0.9);
  const whole = ["tiles4", 0.6, 0, [0, null]],
    wide = ["tiles4", 0, 32, [0, null]],
    both = ["tiles4", 0.6, 32, [0, null]];
  assert.deepEqual(rules([tiles(16, 128, 1.5), half]), [whole], "9 of 16 pixels are inside");
  assert.deepEqual(rules([tiles(16, 128, 1.5), narrow]), [wide]);
  assert.deepEqual(rules([tiles(16, 128, 1.5), half, narrow]), [both]);
  assert.deepEqual(rules([tiles(16, 128, 0.9)]), []);
  const twos = point(16, 128, 1.4, { algorithm: "tiles2" });
  assert.deepEqual(
    rules([tiles(16, 128, 1.9), tiles(32, 128, 1.9), half, { ...half, algorithm: "tiles2", speed: twos.speed }, twos]),
    [whole, ["tiles2", 0, 0, [0, null]]],
  );
  assert.deepEqual(
    rules([tiles(16, 128, 1.9), tiles(32, 128, 0.9), twos]),
    [["tiles4", 0, 128, [512, 2047]], ["tiles2", 0, 128, [512, 2047]]],
    "without a wide rule of the faster tiles, the others have none either",
  );
});
