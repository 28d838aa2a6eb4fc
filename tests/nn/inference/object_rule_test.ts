import assert from "node:assert/strict";
import { objectRule } from "lib/nn/inference/object_rule.ts";
import { instancesFromBorder, instancesFromForeground } from "lib/objects";
import { createTask, labelObjects } from "lib/task";
import { drawBlobs } from "../../objects/blobs.ts";

const blobs = drawBlobs(64, 48, 12, 1);
const foreground = { taskDefinition: createTask({}), threshold: 0.4 };

Deno.test("touching objects are divided with the model's parameters, and with the default ones where it has none", () => {
  const plain = objectRule(foreground);
  assert.deepEqual([plain.divides, plain.parameters], [true, { threshold: 0.4 }]);
  assert.deepEqual(plain.find(blobs.foreground, blobs), instancesFromForeground(blobs.foreground, blobs));

  const objectParameters = { threshold: 0.6, prominence: 0.4, minArea: 30 };
  const tuned = objectRule({ ...foreground, objectParameters });
  assert.deepEqual(tuned.parameters, objectParameters);
  const found = tuned.find(blobs.foreground, blobs);
  assert.deepEqual(found, instancesFromForeground(blobs.foreground, blobs, objectParameters));
  assert.notDeepEqual(found, plain.find(blobs.foreground, blobs));
  assert.deepEqual(
    objectRule({ ...foreground, objectParameters }, { threshold: 0.7 }).parameters,
    { ...objectParameters, threshold: 0.7 },
  );
});

Deno.test("`connected` leaves touching objects of the foreground together", () => {
  const { divides, parameters, find } = objectRule(foreground, { connected: true });
  assert.deepEqual([divides, parameters], [false, { threshold: 0.4 }]);
  const together = find(blobs.foreground, blobs);
  assert.deepEqual(together, labelObjects(blobs.foreground, blobs, 0.4));
  assert.ok(together.count < objectRule(foreground).find(blobs.foreground, blobs).count);
});

Deno.test("borders always divide objects, and parts of classes never are", () => {
  const border = { taskDefinition: createTask({ task: "border" }), threshold: 0.5 };
  for (const connected of [false, true]) {
    const rule = objectRule(border, { connected });
    assert.ok(rule.divides);
    assert.deepEqual(rule.find(blobs.border, blobs), instancesFromBorder(blobs.border, blobs));
  }
  const classes = createTask({ task: "classes", classNames: ["background", "cell"] });
  assert.equal(objectRule({ taskDefinition: classes, threshold: 0.5 }).divides, false);
});
