// @tags slow
import assert from "node:assert/strict";
import { ConfigError, createModel, type ModelOptions } from "lib";
import { stateDict } from "lib/nn";
import { importOptions } from "lib/train/import_options.ts";
import { checkImportTask } from "lib/train/import_task.ts";

const kind = { architecture: "pspnet", encoder: "mobilenet_v2" } as const;
/** The weights of a file whose model has a number of classes. */
function weights(classes: number) {
  const model = createModel({ ...kind, classes }), arrays = stateDict(model);
  model.dispose();
  return arrays;
}
const three = weights(3), one = weights(1);

Deno.test("weights of several classes are refused without a task that has as many, with the options to add", () => {
  const advice = String
    .raw`add -p task=classes -p classNames='\["background","a","b"\]' with 3 names, .*, or -p task=border$`;
  const refused = (options: Partial<ModelOptions>, message: string, arrays = three) =>
    assert.throws(
      () => checkImportTask({ ...kind, ...options } as ModelOptions, arrays, "smp.pth"),
      (error: Error) => error instanceof ConfigError && new RegExp(message).test(error.message) || assert.fail(error),
    );
  refused({}, `^smp\\.pth has 3 classes, but the task foreground has one: ${advice}`);
  refused({ classes: 3 }, `^smp\\.pth has 3 classes, but the task foreground has one: ${advice}`);
  refused({ task: "classes" }, `^-p task=classes needs the names of the classes of smp\\.pth: ${advice}`);
  refused(
    { task: "classes", classNames: ["background", "a"] },
    "smp\\.pth has 3 classes, but the task classes has 2: ",
  );
  refused({ task: "border" }, "^smp\\.pth has one class, but the task border has 3: leave out -p task, ", one);
  refused({ classes: 2 }, '^classes is 2, but the task foreground has one: add .*\'\\["background","a"\\]\'', one);
  checkImportTask({ ...kind, task: "border" }, three, "smp.pth");
  checkImportTask({ ...kind, task: "classes", classNames: ["background", "a", "b"] }, three, "smp.pth");
  // The weights of an encoder have no classes.
  checkImportTask({ ...kind }, new Map(), "encoder.pth");
});

Deno.test("names of classes are refused without their task", () => {
  const use = { normalization: "robust", threshold: 0.5 } as const;
  const given = { ...kind, classNames: ["background", "a"] };
  assert.throws(() => importOptions(given, { use }), { message: /^-p classNames needs -p task=classes: add it, or/ });
  assert.equal(importOptions({ ...given, task: "classes" }, { use }).model.task, "classes");
});
