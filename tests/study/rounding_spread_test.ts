import assert from "node:assert/strict";
import { join } from "node:path";
import measured from "../../results/bench/rounding-spread.json" with { type: "json" };
import { projectFolder } from "lib/runs";
import {
  ensembleTolerance,
  ROUNDING_SPREADS,
  roundingTolerance,
  toleranceSentence,
} from "lib/study/rounding_spread.ts";

/** Pools measured runs of some architectures. */
function pool(rows: typeof measured.rows) {
  let squares = 0, freedom = 0;
  for (const { dice } of rows) {
    const mean = dice.reduce((sum, value) => sum + value, 0) / dice.length;
    squares += dice.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    freedom += dice.length - 1;
  }
  return { deviation: Number(Math.sqrt(squares / freedom).toPrecision(3)), freedom };
}

Deno.test("the spreads that verify allows for are the measured ones", () => {
  const isDeepLabV3 = ({ architecture }: { architecture: string }) => architecture === "deeplabv3";
  const { deeplabv3: { share, ...deeplabv3 }, others: { share: otherShare, ...others } } = ROUNDING_SPREADS;
  assert.deepEqual(deeplabv3, pool(measured.rows.filter(isDeepLabV3)));
  assert.deepEqual(others, pool(measured.rows.filter((row) => !isDeepLabV3(row))));
  assert.ok(share < otherShare);
  assert.match(toleranceSentence(), /cover 99\.9 % of the differences that rounding causes, with DeepLabV3 95 %$/);
});

Deno.test("the tolerance of each architecture is the t quantile of its repeated runs", () => {
  // Quantiles of Student's t for 99.9 % with 6 degrees of freedom and for 95 % with 2, of the usual tables.
  const expected = { unet: 5.959 * 0.00834, pspnet: 5.959 * 0.00834, deeplabv3: 4.303 * 0.0952 };
  for (const [architecture, tolerance] of Object.entries(expected)) {
    assert.ok(Math.abs(roundingTolerance(architecture) / (tolerance * Math.SQRT2) - 1) < 1e-3, architecture);
    assert.ok(Math.abs(roundingTolerance(architecture, 3) - roundingTolerance(architecture) / Math.sqrt(3)) < 1e-12);
  }
  const members = [{ architecture: "unet", runs: [1, 2] }, { architecture: "deeplabv3", runs: [1, 2] }];
  const mean = (roundingTolerance("unet", 2) + roundingTolerance("deeplabv3", 2)) / 2;
  assert.ok(Math.abs(ensembleTolerance(members) - mean) < 1e-12);
});

Deno.test("the pages on the demonstration and on processors give the measured spread of each architecture", async () => {
  const names = { unet: "UNet", deeplabv3: "DeepLabV3", deeplabv3plus: "DeepLabV3+", pspnet: "PSPNet" };
  for (const page of ["study/results.md", "developer/processors.md"]) {
    const text = (await Deno.readTextFile(join(projectFolder(), "docs", page))).replaceAll(/\s+/g, " ");
    for (const { architecture, deviation } of measured.rows) {
      const part = `${deviation.toFixed(3)} with ${names[architecture as keyof typeof names]}`;
      assert.match(text, new RegExp(RegExp.escape(part) + "(,| and|\\.)"), page);
    }
  }
});
