import assert from "node:assert/strict";
import { studentQuantile } from "lib/math/student_distribution.ts";

/** What SciPy computes: see make_interval_fixtures.py. */
const { quantiles } = JSON.parse(await Deno.readTextFile(new URL("../fixtures/intervals.json", import.meta.url)));

Deno.test("quantiles of Student's t are SciPy's, of whole and broken degrees of freedom", () => {
  for (const { p, freedom, t } of quantiles) {
    const ours = studentQuantile(p, freedom);
    assert.ok(Math.abs(ours - t) <= 1e-10 * Math.max(1, Math.abs(t)), `${ours} instead of ${t} at ${p}, ${freedom}`);
  }
});

Deno.test("there is no quantile of Student's t with less than one degree of freedom, and none beyond 1", () => {
  assert.equal(studentQuantile(1, 5), Infinity);
  assert.equal(studentQuantile(0, 5), -Infinity);
  assert.ok(Number.isNaN(studentQuantile(0.9, 0.5)) && Number.isNaN(studentQuantile(1.1, 5)));
});
