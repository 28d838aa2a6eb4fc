import assert from "node:assert/strict";
import { qualityChart, qualityCurve } from "lib/study";

Deno.test("without points there is no quality curve, and its chart says so", () => {
  const curve = qualityCurve([]);
  assert.ok(Number.isNaN(curve.slope) && Number.isNaN(curve.straight.predict(0.5)));
  assert.deepEqual([curve.segmented, curve.turns], [undefined, false]);
  const { svg, description } = qualityChart([]);
  assert.match(description, /^Nothing to show: this study did not vary the quality/);
  assert.ok(svg!.includes(`>${description}</text>`));
});

Deno.test("one point gives a line through it, and no turning point", () => {
  const points = [{
    sweep: "labels",
    level: null,
    half: 1 as const,
    quality: 0.8,
    gain: { estimate: 0.1, low: 0, high: 0.2, groups: 3 },
  }];
  const curve = qualityCurve(points);
  assert.equal(curve.turns, false);
  assert.ok(Math.abs(curve.straight.predict(0.8) - 0.1) < 1e-6);
  assert.match(qualityChart(points).description, /Gain of soft voting/);
});
