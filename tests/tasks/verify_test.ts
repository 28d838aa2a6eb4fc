// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";

const RUN = "generated-nuclei-pspnet-resnet18-focal-fold2-seed1-ba1f2a1f";

Deno.test("verify says which run of a long study to repeat, and refuses unknown ones and other images", async () => {
  for (
    const [args, message] of [
      [["weak-members"], `weak-members has 48 runs, .*: name one of them, such as --run ${RUN}`],
      [["weak-members", "--run", RUN.slice(0, -1)], `weak-members has no run .*: did you mean ${RUN}\\?`],
      [["weak-memmbers"], 'There is no study "weak-memmbers" in .*: choose one of .*weak-members'],
      [
        ["dsb2018_fluo", "--run", "dsb2018_fluo-pspnet-resnet34-bce-fold0-seed1-4badb54b"],
        "trained on the 309 images of dsb2018_fluo, and the generated data set has others: name .* with --data",
      ],
    ] as const
  ) {
    const { code, error } = await runTask("verify", ...args);
    assert.equal(code, 1, error);
    assert.match(error, new RegExp(message));
  }
});

Deno.test("verify compares no finished rerun that it did not make", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "quick"));
  await Deno.writeTextFile(join(folder.path, "quick", "analysis.json"), "{}");
  const { code, error } = await runTask("verify", "quick", "--keep", folder.path);
  assert.equal(code, 1, error);
  assert.match(error, /quick is from an earlier rerun: give another folder with --keep, or delete it/);
});
