// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel, ensemble, TrainedModel } from "lib";
import { segmentingPage } from "../../../tasks/report/segmenting_page.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const options = { acceptWithoutDigest: true };

Deno.test("a report has a page that segments images as its study recommends, or says why it has none", async () => {
  await using folder = await temporaryFolder();
  assert.deepEqual(await segmentingPage(folder.path, options), { reason: "the study keeps no weights" });
  const member = (seed: number) =>
    new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed }), {
      normalization: "robust",
      threshold: 0.5,
    });
  const study = join(folder.path, "a study");
  using both = ensemble([member(1), member(2)]);
  await both.save(study);
  const page = await segmentingPage(study, options);
  const html = new TextDecoder().decode("content" in page ? page.content : undefined);
  assert.match(html, /<h1>Segment images with a study<\/h1>/);
  assert.match(html, /<li>2 × PSPNet with the encoder mobilenet_v2\. Task: foreground\.<\/li>/);
});
