import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { withTaskOptions } from "lib/runs/task_options.ts";
import { ConfigError, customLossName, parseConfig } from "lib/train";

const dataset = await generateDataset({ count: 1, size: 32, kinds: 2 });

Deno.test("weights of classes are one for each class, known before anything is trained", () => {
  withTaskOptions(parseConfig({ task: "classes", classWeights: [1, 2, 2] }), dataset);
  withTaskOptions(parseConfig({ task: "border", classWeights: [1, 2, 2] }), dataset);
  for (const task of ["classes", "border"]) {
    assert.throws(() => withTaskOptions(parseConfig({ task, classWeights: [1, 2] }), dataset), {
      name: ConfigError.name,
      message: /classWeights has 2 numbers for 3 classes: give one for each/,
    });
  }
});

Deno.test("weights of classes are refused where no loss would use them", () => {
  assert.throws(() => parseConfig({ classWeights: [1, 2] }), {
    name: ConfigError.name,
    message: /classWeights is \[1,2\]: leave it out: only tasks of several classes have it/,
  });
  const config = parseConfig({ task: "border", classWeights: [1, 2, 2] });
  const loss = customLossName((logits) => logits.sum());
  assert.throws(() => withTaskOptions({ ...config, loss }, dataset), {
    name: ConfigError.name,
    message: /classWeights is for the losses with a name, not for a function/,
  });
});
