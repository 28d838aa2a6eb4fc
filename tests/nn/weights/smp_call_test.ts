import assert from "node:assert/strict";
import { createModelToLoad, type ModelOptions } from "lib/nn/create_model.ts";
import { SMP_OPTIONS, smpCall } from "lib/nn/weights/smp_call.ts";
import fixture from "../../fixtures/smp.json" with { type: "json" };

const OURS = new Map(Object.entries(SMP_OPTIONS).map(([ours, theirs]) => [theirs, ours]));

Deno.test("the line of Python that builds a model has the options with which SMP computed the fixtures", () => {
  const cases = fixture.cases.filter(({ options }) => Object.keys(options).length > 0);
  assert.ok(cases.length > 5);
  for (const { name, architecture, encoder, options } of cases) {
    const named = Object.entries(options).flatMap(([key, value]) => OURS.has(key) ? [[OURS.get(key)!, value]] : []);
    const model = createModelToLoad({ architecture, encoder, ...Object.fromEntries(named) } as ModelOptions);
    const call = smpCall(model) ?? "";
    model.dispose();
    assert.match(
      call,
      /^smp\.(Unet|DeepLabV3|DeepLabV3Plus|PSPNet|FPN)\("[\w-]+", encoder_weights=None, in_channels=\d, /,
      name,
    );
    for (const [key, value] of Object.entries(options)) {
      const text = typeof value === "boolean" ? "True" : JSON.stringify(value);
      assert.ok(call.slice(0, -1).split(", ").includes(`${key}=${text}`), `${call} lacks ${key}=${text}`);
    }
  }
});
