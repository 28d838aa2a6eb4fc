// @tags slow
/** Whether the comparison with SMP notices: a copy of the project with one number changed must fail it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findLibrary, projectFolder } from "lib/tensorflow/ffi/library.ts";

const MUTATIONS = [
  {
    what: "nothing",
    file: "lib/nn/layers/batch_normalization.ts",
    from: "",
    to: "",
    fixture: "pspnet-resnet18-64x96",
    passes: true,
  },
  {
    what: "the epsilon of batch normalisation",
    file: "lib/nn/layers/batch_normalization.ts",
    from: "EPSILON = 1e-5",
    to: "EPSILON = 1e-3",
    fixture: "pspnet-resnet18-64x96",
  },
  {
    what: "the momentum of batch normalisation",
    file: "lib/nn/layers/batch_normalization.ts",
    from: "MOMENTUM = 0.1",
    to: "MOMENTUM = 0.09",
    fixture: "pspnet-resnet18-64x96",
  },
  {
    what: "on which side a strided convolution is padded",
    file: "lib/nn/ops/conv2d.ts",
    from: "= [before, after];",
    to: "= [before - 1, after + 1];",
    fixture: "pspnet-resnet18-64x96",
  },
  {
    what: "one dilation",
    file: "lib/nn/architectures/deeplabv3.ts",
    from: "[12, 24, 36]",
    to: "[11, 24, 36]",
    fixture: "deeplabv3-resnet18-128x160",
  },
  {
    what: "on which side EfficientNet is padded",
    file: "lib/nn/encoders/efficientnet_b0.ts",
    from: "[(side - 3) / 2, (side - 1) / 2]",
    to: "[(side - 1) / 2, (side - 3) / 2]",
    fixture: "unet-efficientnet-b0-75x90",
  },
  {
    what: "the epsilon of group normalisation",
    file: "lib/nn/layers/group_normalization.ts",
    from: "EPSILON = 1e-5",
    to: "EPSILON = 1e-3",
    fixture: "fpn-resnet18-64x64-dropout",
  },
];

for (const { what, file, from, to, fixture, passes = false } of MUTATIONS) {
  Deno.test(`the comparison with SMP ${passes ? "passes with" : "fails if one changes"} ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const root = projectFolder();
      const { success } = await new Deno.Command("cp", {
        args: ["-R", ...["lib", "deno.json", "deno.lock"].map((name) => join(root, name)), folder],
      }).output();
      assert.ok(success);
      await Deno.mkdir(join(folder, "tests/nn"), { recursive: true });
      await Deno.symlink(join(root, "tests/fixtures"), join(folder, "tests/fixtures"));
      await Deno.copyFile(join(root, "tests/nn/smp_equality_test.ts"), join(folder, "tests/nn/smp_equality_test.ts"));
      const source = await Deno.readTextFile(join(folder, file));
      assert.equal(source.split(from).length > 1, true, `${file} no longer holds "${from}"`);
      if (from) await Deno.writeTextFile(join(folder, file), source.replace(from, to));
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-A", "--no-check", "--filter", `/^${fixture} equals/`, "tests/nn/smp_equality_test.ts"],
        cwd: folder,
        env: { TENSORFLOW_LIBRARY: findLibrary().path, NO_COLOR: "1" },
      }).output();
      const [, passed, failed] = new TextDecoder().decode(stdout).match(/(\d+) passed[^|]*\| (\d+) failed/) ?? [];
      assert.deepEqual([Number(passed) > 0, Number(failed) > 0], [passes, !passes], new TextDecoder().decode(stdout));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
