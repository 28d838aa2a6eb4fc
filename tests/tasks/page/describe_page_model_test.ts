import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, TrainedModel } from "lib";
import { describePageModel } from "../../../tasks/page/describe_page_model.ts";
import { packageLicense } from "lib/bioimageio/card_license.ts";
import { readRunCard } from "../../../tasks/export/run_card.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

Deno.test("a page names the authors, the licence and the publications of its model", () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
  using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
  const rights = (stated: { authors?: string[]; license?: string }) =>
    describePageModel(segmenter, { name: "small", ...stated }).about.join("\n");
  assert.match(
    rights({ authors: ["A. Author", "B. Lab"], license: "CC-BY-4.0" }),
    /\nIts authors: A\. Author, B\. Lab\.\nIts licence: CC-BY-4\.0\.\nPublications of its .+: Zhao et al\. 2017: PSPNet \(doi 10/,
  );
  assert.match(rights({}), /\nIts licence is not stated\. The owner of the training images decides\.\n/);
});

Deno.test("the licence of a run is that of the first lines of its card", async () => {
  await using folder = await temporaryFolder();
  const stated = async () => {
    const { text, path } = await readRunCard(folder.path);
    return packageLicense(undefined, text, path);
  };
  const read = async (card: string) => {
    await Deno.writeTextFile(join(folder.path, "README.md"), card);
    return await stated();
  };
  assert.equal(await stated(), undefined);
  assert.equal(await read("---\n# The owner decides.\nlicense: unknown\ntags:\n---\n"), undefined);
  assert.equal(await read("---\nlicense: cc-by-4.0 # of the images\ntags:\n---\n"), "CC-BY-4.0");
  assert.equal(await read('---\nlicense: "MIT"\n---\n'), "MIT");
  assert.equal(await read("# A page\n\nlicense: MIT\n"), undefined);
});
