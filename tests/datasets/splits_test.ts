import assert from "node:assert/strict";
import { type Dataset, DatasetError, generateDataset, LeakError, LeakGuard, splitDataset } from "lib";
import { foregroundShare } from "lib/images";
import { Random } from "lib/math/random.ts";

const { samples } = await generateDataset({ count: 60, size: 32, seed: 6 });

function withGroups(
  groups: readonly string[],
  changes: (i: number) => Partial<Dataset["samples"][number]> = () => ({}),
) {
  return { name: "d", fingerprint: "", samples: groups.map((group, i) => ({ ...samples[i], group, ...changes(i) })) };
}

Deno.test("no group crosses folds or the test split, and every image has its place, whatever the groups", () => {
  for (let trial = 0; trial < 60; trial++) {
    const random = new Random(trial);
    const dataset = withGroups(Array.from({ length: 30 + trial % 30 }, () => `g${random.integer(9 + trial)}`));
    const k = 2 + trial % 4, testShare = [0, 0.2, 0.4][trial % 3];
    const { test, folds } = splitDataset(dataset, { folds: k, testShare, seed: trial });
    assert.equal(folds.length, k);
    assert.equal(test.length > 0, testShare > 0);
    const everything = [...test, ...folds.flatMap(({ validation }) => validation)].sort((a, b) => a - b);
    assert.deepEqual(everything, dataset.samples.map((_, i) => i));
    const groupsIn = (indices: number[]) => new Set(indices.map((i) => dataset.samples[i].group));
    for (const { training, validation } of folds) {
      assert.ok(validation.length > 0);
      assert.equal(training.length + validation.length + test.length, dataset.samples.length);
      for (const other of [validation, test]) {
        const held = groupsIn(other);
        assert.ok(training.every((i) => !held.has(dataset.samples[i].group)));
      }
      assert.ok([...groupsIn(validation)].every((group) => !groupsIn(test).has(group)));
    }
  }
});

Deno.test("modality and share of foreground are spread evenly", () => {
  const dataset = withGroups(samples.map((_, i) => `g${i}`), (i) => ({ modality: i % 4 === 0 ? "stained" : "phase" }));
  const { test, folds } = splitDataset(dataset, { folds: 4, testShare: 0.2 });
  const parts = [test, ...folds.map(({ validation }) => validation)];
  assert.deepEqual(parts.map((part) => part.length), [12, 12, 12, 12, 12]);
  for (const part of parts) assert.equal(part.filter((i) => dataset.samples[i].modality === "stained").length, 3);
  // The third of its modality's images that an image is in, by its share of foreground.
  const third = new Map<number, string>();
  for (const modality of ["stained", "phase"]) {
    const ranked = dataset.samples.map((_, i) => i).filter((i) => dataset.samples[i].modality === modality)
      .sort((a, b) => foregroundShare(samples[a].labels) - foregroundShare(samples[b].labels));
    ranked.forEach((i, rank) => third.set(i, modality + Math.floor(3 * rank / ranked.length)));
  }
  for (const part of parts) {
    const counts = Object.fromEntries(
      [...Map.groupBy(part, (i) => third.get(i)!)].map(([key, members]) => [key, members.length]),
    );
    assert.deepEqual(counts, { stained0: 1, stained1: 1, stained2: 1, phase0: 3, phase1: 3, phase2: 3 });
  }
});

Deno.test("the split is the same on every machine, and the test split whatever the folds", () => {
  // Foreground that no change of the generator changes.
  const labels = (i: number) => ({
    width: 8,
    height: 8,
    data: Uint16Array.from({ length: 64 }, (_, p) => p < i * 37 % 64 ? 1 : 0),
  });
  const dataset = withGroups(samples.map((_, i) => `g${i % 23}`), (i) => ({ labels: labels(i), modality: "phase" }));
  const once = splitDataset(dataset, { folds: 3, testShare: 0.25, seed: 7 });
  assert.deepEqual(splitDataset(dataset, { folds: 5, testShare: 0.25, seed: 7 }).test, once.test);
  assert.notDeepEqual(splitDataset(dataset, { folds: 3, testShare: 0.25, seed: 8 }).test, once.test);
  // Written down once: if it changes, runs that were made before split otherwise.
  assert.deepEqual([...new Set(once.test.map((i) => i % 23))].sort((a, b) => a - b), EXPECTED);
});

/** Groups in the test split of the test before, as the first version dealt them. */
const EXPECTED = [1, 2, 9, 14, 18, 21];

Deno.test("a data set's own test images stay test images, and a torn group is refused", () => {
  const groups = samples.map((_, i) => `g${Math.floor(i / 2)}`);
  const given = withGroups(groups, (i) => (i < 6 ? { split: "test" } : {}));
  assert.deepEqual(splitDataset(given, { folds: 3, testShare: 0.3 }).test, [0, 1, 2, 3, 4, 5]);
  const torn = withGroups(groups, (i) => (i < 5 ? { split: "test" } : {}));
  assert.throws(
    () => splitDataset(torn, { folds: 3 }),
    (error: Error) => error instanceof DatasetError && /group "g2" has test images and others/.test(error.message),
  );
});

Deno.test("too few groups, and shares that cannot be, are refused", () => {
  const dataset = withGroups(["a", "a", "b", "c"]);
  assert.throws(() => splitDataset(dataset, { folds: 4 }), /3 groups, too few for 4 folds: lower folds/);
  assert.throws(() => splitDataset(dataset, { folds: 3, testShare: 0.2 }), /too few for 3 folds and a test split/);
  assert.throws(() => splitDataset(dataset, { folds: 2, testShare: 0.7 }), /testShare is 0\.7/);
  assert.equal(splitDataset(dataset, { folds: 2, testShare: 0.3 }).folds.length, 2);
});

Deno.test("what was fitted on images refuses them, and others of their group, as unseen", () => {
  const dataset = withGroups(["a", "a", "b", "c"]);
  const threshold = new LeakGuard("the threshold", 0.3, dataset, [0, 3]);
  assert.deepEqual(threshold.ids, [samples[0].id, samples[3].id]);
  assert.equal(threshold.forHeldOut(dataset, [2]), 0.3);
  const leaks = (indices: number[], message: RegExp) =>
    assert.throws(
      () => threshold.forHeldOut(dataset, indices),
      (error: Error) => error instanceof LeakError && message.test(error.message),
    );
  leaks([2, 3], /the threshold was fitted on nuclei-0003/);
  leaks([1], /was fitted on images of the group "a", to which nuclei-0001 belongs/);
});
