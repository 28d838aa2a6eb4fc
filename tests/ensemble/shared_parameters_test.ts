import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, ensemble, openSegmenter, TrainedModel } from "lib";
import { sharedParameters } from "lib/ensemble/shared_parameters.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const tuned = { threshold: 0.6, prominence: 0.25, minArea: 0 };

function member(seed: number, objectParameters?: Record<string, number>): TrainedModel {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed });
  return new TrainedModel(model, { normalization: "robust", threshold: 0.4, objectParameters });
}

Deno.test("sharedParameters() takes those that all members have, with the threshold that was given", () => {
  const same = [{ objectParameters: tuned }, { objectParameters: { minArea: 0, prominence: 0.25, threshold: 0.6 } }];
  assert.deepEqual(sharedParameters(same), tuned);
  assert.deepEqual(sharedParameters(same, 0.3), { ...tuned, threshold: 0.3 });
  assert.equal(sharedParameters([...same, {}]), undefined);
  assert.equal(sharedParameters([...same, { objectParameters: { ...tuned, prominence: 0.1 } }]), undefined);
  assert.equal(sharedParameters([...same, { objectParameters: { ...tuned, interior: 0.5 } }]), undefined);
});

Deno.test("an ensemble by voting has the parameters of its members, and keeps them when it is saved", async () => {
  await using folder = await temporaryFolder();
  using both = ensemble([member(1, tuned), member(2, tuned)]);
  assert.deepEqual(both.objectParameters, tuned);
  assert.equal(both.threshold, 0.4);
  assert.deepEqual(ensemble(both.members, { threshold: 0.5 }).objectParameters, { ...tuned, threshold: 0.5 });
  await both.save(join(folder.path, "both"));
  using opened = await openSegmenter(join(folder.path, "both"));
  assert.deepEqual(opened.objectParameters, tuned);

  // Without parameters in its description, as of an earlier version, it has the default ones.
  const plain = ensemble(both.members, { objectParameters: {} });
  assert.equal(plain.objectParameters, undefined);
  await plain.save(join(folder.path, "plain"));
  using earlier = await openSegmenter(join(folder.path, "plain"));
  assert.equal(earlier.objectParameters, undefined);
});
