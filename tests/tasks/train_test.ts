// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import jpeg from "jpeg-js";
import { generateDataset, type Sample } from "lib";
import { writeImageFolder } from "../fixtures/image_folder.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { runTask } from "./run_task.ts";

const { samples } = await generateDataset({ count: 8, size: 64, seed: 12 });
const SMALL = ["architecture=pspnet", "encoder=mobilenet_v2", "cropSize=64", "epochs=1", "batchSize=2", "folds=2"]
  .flatMap((p) => ["-p", p]);

/** A mask as a JPEG file gives it back. */
function throughJpeg({ labels: { width, height, data } }: Sample): number[] {
  const rgba = new Uint8Array(4 * data.length);
  data.forEach((label, i) => rgba.fill(label > 0 ? 255 : 0, 4 * i, 4 * i + 3));
  const { data: decoded } = jpeg.decode(jpeg.encode({ width, height, data: rgba }, 90).data, { useTArray: true });
  return Array.from(data, (_, i) => decoded[4 * i]);
}

/** Runs that have begun. */
const runsIn = (folder: string) => Array.fromAsync(Deno.readDir(folder)).then(({ length }) => length, () => 0);

Deno.test("masks that are an error stop training and study before they begin; --force goes on", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const blended = await writeImageFolder(join(folder.path, "blended"), samples, (sample) => throughJpeg(sample));
  for (const name of ["train", "study"]) {
    const { code, error } = await runTask(name, "--data", blended, "--results", results, ...SMALL);
    assert.equal(code, 1);
    assert.match(error, /^error +8 masks with .*: nuclei-0000, nuclei-0001, nuclei-0002, …$/m);
    assert.match(error, /No training was started\. Correct these masks, or add --force to train on them anyway/);
    assert.equal(await runsIn(results), 0);
  }
  const forced = await runTask("train", "--data", blended, "--results", results, "--force", ...SMALL);
  assert.equal(forced.code, 0, forced.error);
  assert.match(forced.error, /^error +8 masks with/m);
  assert.match(forced.error, /Training despite these errors, because of --force/);
  assert.equal(await runsIn(results), 1);
});

Deno.test("warnings are shown once, and training goes on", async () => {
  await using folder = await temporaryFolder();
  const inverted = await writeImageFolder(
    join(folder.path, "inverted"),
    samples,
    ({ labels }, i) => labels.data.map((label) => (label > 0) === (i < 2) ? 1 : 0),
  );
  const { code, error } = await runTask("train", "--data", inverted, "--results", join(folder.path, "r"), ...SMALL);
  assert.equal(code, 0, error);
  assert.equal(error.match(/masks that look inverted/g)?.length, 1, error);
  assert.match(error, /All findings: deno task data check .*inverted/);
  assert.doesNotMatch(error, /--force/);
});
