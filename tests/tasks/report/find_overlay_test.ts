import assert from "node:assert/strict";
import { findOverlay } from "../../../tasks/report/find_overlay.ts";
import { architectureNotebook } from "../../../tasks/report/choose_notebooks.ts";

/** A picture of 4 × 3 white pixels. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAAAAACRn/EaAAAADklEQVR4nGP4DwQMcAIAWbUL9bVeYTAAAAAASUVORK5CYII=";
const cell = (source: string, data: Record<string, string>) => ({
  cell_type: "code",
  source: [source],
  outputs: [{ output_type: "execute_result", data }],
});

Deno.test("the overlay of a report is the picture of predictions in the architecture's notebook", () => {
  const chart = cell("lossCurve(losses)", { "image/png": "AAAA", "text/plain": "a curve" });
  const montage = cell("await predictionMontage(run, dataset)", { "image/png": PNG, "text/plain": "eight images" });
  const overlay = findOverlay({
    cells: [{ cell_type: "markdown", source: ["# predictionMontage("] }, chart, montage],
  })!;
  assert.deepEqual([overlay.width, overlay.height, overlay.description], [4, 3, "eight images"]);
  assert.equal(overlay.png.toBase64(), PNG);
  assert.equal(overlay.svg, undefined);
});

Deno.test("without a notebook, or without its picture, a report has no overlay", () => {
  assert.equal(findOverlay(undefined), undefined);
  assert.equal(
    findOverlay({ cells: [{ ...cell("await predictionMontage(run, dataset)", {}), outputs: [] }] }),
    undefined,
  );
  const failed = cell("await predictionMontage(run, dataset)", { "text/plain": "none" });
  assert.equal(findOverlay({ cells: [failed] }), undefined);
});

Deno.test("each architecture of the notebooks 02 to 05 has its notebook", () => {
  assert.deepEqual(["unet", "pspnet", "fpn"].map(architectureNotebook), ["02-unet", "05-pspnet", undefined]);
});
