// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { createModel, TrainedModel } from "lib";
import { CrossFittedEnsemble } from "lib/ensemble/cross_fitted_ensemble.ts";
import type { TrainingStatistics } from "lib/objects";
import { projectFolder } from "lib/runs";
import { openStudy, recommend } from "lib/study";
import { writeAnalysis } from "lib/study/analyse/study_store.ts";
import { writeRecommendation } from "lib/study/recommend/recommendation_store.ts";
import { packageBytes } from "../../tasks/export/bioimageio.ts";
import { readRecommended } from "../../tasks/export/read_recommended.ts";
import { describePageModel } from "../../tasks/page/describe_page_model.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

/** Returns an ensemble with a network for each of two folds, which saw 20 and 30 images. */
function foldNetworks(): CrossFittedEnsemble {
  const network = (seed: number, statistics: Partial<TrainingStatistics>) =>
    new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2", seed }), {
      normalization: "robust",
      threshold: 0.5,
      trainingStatistics: {
        images: 20,
        channels: [1],
        depths: [{ bits: 8, dark: [1, 2], bright: [30, 50], span: [29, 48] }],
        background: [0, 0.1],
        ...statistics,
      },
    });
  const combiner = { kind: "weights", weights: [1] } as const;
  return new CrossFittedEnsemble({
    members: [[network(1, { diameter: [12, 24] }), network(2, { images: 30, channels: [3], diameter: [9, 20] })]],
    combiners: [combiner, combiner, combiner],
    images: new Map(),
    threshold: 0.5,
  });
}

Deno.test("the files of a study have the numbers of its recommendation", async () => {
  await using folder = await temporaryFolder();
  const { analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
  await writeAnalysis(folder.path, analysis);
  await writeRecommendation(folder.path, recommend(analysis));
  using segmenter = foldNetworks();
  const zip = await packageBytes(segmenter, {
    name: "study",
    path: folder.path,
    objectParameters: undefined,
    author: ["A. Author"],
    tag: [],
  });
  const readme = new TextDecoder().decode(unzipSync(zip)["README.md"]);
  assert.match(
    readme,
    /\n\| out of fold \| 263 \| 104 \| 0\.9\d\d \(0\.\d{3} to 0\.\d{3}\) \|\n\| test \| 46 \| 17 \|/,
  );
  assert.match(readme, /Together they saw all of its images, so scores on these images are too high/);
  assert.match(
    readme,
    /\nA study of dsb2018\\_fluo chose it: the member unet bce\. .* 3 folds, .*without the test split/,
  );
  assert.match(readme, /\n## Intended use\n[^]*\n## Limits\n\n- Images with another stain/);

  const { about } = describePageModel(segmenter, { name: "study", study: await readRecommended(folder.path) });
  const text = about.join(" ");
  assert.match(text, /Its networks were trained on 263 images, each without one of 3 folds\. Its mean Dice is 0\.9/);
  assert.match(text, /training images are grey and colour images of 8 bits, with objects of 9 to 24 pixels/);
  assert.match(text, /Together they saw all of its images/);
  assert.equal(await readRecommended(join(folder.path, "run")), undefined);
});
