import { zipSync } from "fflate";
import { stringify } from "yaml";
import type { PixelSize } from "../images/pixel_size.ts";
import { toPlanes } from "../images/planes.ts";
import { architectureLabel } from "../nn/architectures/architectures.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { MODEL } from "../nn/weights/model_file.ts";
import { describeModel, type OnnxOptions } from "../onnx/describe_model.ts";
import { OPSET } from "../onnx/encode_model.ts";
import { listNetworks } from "../onnx/list_networks.ts";
import { onnxModel } from "../onnx/onnx_model.ts";
import { encodeStack } from "../objects/formats/tiff/encode_stack.ts";
import { authorProblem } from "./author.ts";
import { packageLicense } from "./card_license.ts";
import { identifiers, imageChannelNames, takesGreyImages } from "./channel_names.ts";
import { listCitations } from "./citations.ts";
import { describePackage } from "./describe_package.ts";
import { documentPackage } from "./documentation.ts";
import { drawCover } from "./draw_cover.ts";
import { encodeNpy } from "./encode_npy.ts";
import { licenseProblem } from "./license.ts";
import { PackageError } from "./package_error.ts";
import { PackagedFiles } from "./packaged_file.ts";
import { packageDescription } from "./package_description.ts";
import { packageName } from "./package_name.ts";
import { describeNormalization } from "./preprocessing.ts";
import { describeInput, describeOutput } from "./tensors.ts";
import { generateTestImage, repeatGrey } from "./test_image.ts";

/** What a package says of its model, which the model does not know. */
export interface PackageOptions extends Pick<OnnxOptions, "objectParameters"> {
  /** The package's name, such as that of the run. Characters that the specification refuses are replaced. */
  name: string;
  /** Names of its authors, at least one, without slashes. */
  authors: readonly string[];
  /** The licence's identifier in the SPDX list, such as `CC-BY-4.0`. Default: that in the card's first lines. */
  license?: string;
  /** More tags, such as `nuclei`. */
  tags?: readonly string[];
  /** Size of a pixel of the training images, if it is known. */
  pixelSize?: PixelSize;
  /** The card of the run that trained it, or of the study that chose it. */
  card?: string;
  /** The content of its `model.safetensors`, from which `deno task weights import` reads the same model. */
  modelFile?: Uint8Array;
  /** When it was trained, as ISO 8601. Default: now. */
  timestamp?: string;
}

/** Refuses what would make the package's description invalid. */
function refuseInvalid({ authors, license }: PackageOptions): void {
  if (authors.length === 0) throw new PackageError("A package has no author: name at least one");
  for (const author of authors) {
    const problem = authorProblem(author);
    if (problem) throw new PackageError(`A package's author is "${author}": ${problem}`);
  }
  const problem = license === undefined ? undefined : licenseProblem(license);
  if (problem) throw new PackageError(`A package's licence is "${license}": ${problem}`);
}

/**
 * Packs a trained model for the programs of bioimage.io: its ONNX file, a generated test image with the model's
 * probabilities, documentation, and the normalisation in the specification's steps (format 0.5.4).
 *
 * @param segmenter a model, or an ensemble that averages its members
 * @returns the content of a `.zip` file
 * @throws {PackageError} if the specification refuses the licence or an author's name, if the card has another licence,
 *   or if the normalisation cannot be described.
 * @throws {OnnxError} if the model cannot be written as an ONNX file.
 *
 * @see https://github.com/bioimage-io/spec-bioimage-io
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unzipSync } from "fflate";
 * import { createModel, TrainedModel } from "lib";
 * import { bioimageioPackage } from "lib/bioimageio";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * using segmenter = new TrainedModel(model, { normalization: "robust", threshold: 0.5 });
 * const content = await bioimageioPackage(segmenter, { name: "nuclei", authors: ["A. Author"], license: "CC-BY-4.0" });
 * assert.ok("rdf.yaml" in unzipSync(content)); // await Deno.writeFile("nuclei.zip", content)
 * ```
 */
export async function bioimageioPackage(segmenter: Segmenter, options: PackageOptions): Promise<Uint8Array> {
  const { authors, tags = [], pixelSize, card, modelFile, objectParameters, timestamp } = options;
  refuseInvalid(options);
  const license = packageLicense(options.license, card);
  const networks = listNetworks(segmenter), [{ network: { model, use, percentiles } }] = networks;
  const greyImages = takesGreyImages(networks), channels = greyImages ? 1 : model.inChannels;
  const preprocessing = describeNormalization(use.normalization, percentiles, use.trainingStatistics);
  // An image is grey or has three colours. A model of other channels takes a grey one several times.
  const image = await generateTestImage(networks, preprocessing, channels === 3 ? 3 : 1);
  const inputValues = image.channels === channels ? image.data : repeatGrey(image.data, channels);
  const probabilities = await segmenter.predict(image);
  const { width, height } = image, { taskDefinition } = segmenter;
  const onnxOptions = { objectParameters, greyImages }, metadata = describeModel(segmenter, networks, onnxOptions);
  const kinds = networks.map(({ network: { model } }) => [architectureLabel(model.architecture), model.encoder]);
  const names = kinds.map((kind) => kind.join(" with "));
  const description = packageDescription(taskDefinition.channels, names);
  const outputChannels = identifiers(taskDefinition.channels);

  const files = new PackagedFiles(), name = packageName(options.name), imageChannels = imageChannelNames(channels);
  const weights = files.add("model.onnx", onnxModel(segmenter, onnxOptions));
  const tensor = (kind: string, values: ArrayLike<number>, names: readonly string[]) => {
    const planes = toPlanes(values, names.length), page = { width, height, data: values };
    const largest = planes.reduce((most, value) => Math.max(most, value), 0);
    const look = { samples: "float32", channels: names, range: [0, largest] } as const;
    return {
      channels: names,
      test: files.add(`test_${kind}.npy`, encodeNpy(planes, [1, names.length, height, width])),
      sample: files.add(`sample_${kind}.tif`, encodeStack([page], look, { pixelSize })),
      pixelSize,
      largest,
    };
  };
  const input = tensor("input", inputValues, imageChannels);
  const output = tensor("output", probabilities, outputChannels);
  files.add("cover.png", drawCover(image, probabilities));
  const documentation = documentPackage({
    name,
    description,
    segmenter,
    normalization: use.normalization,
    channels: imageChannels,
    outputChannels,
    license,
    card,
    attached: modelFile !== undefined,
  });
  files.add("README.md", documentation);
  const words = kinds.flat().map((word) => word.toLowerCase());
  const rdf = describePackage({
    name,
    description,
    authors,
    license,
    citations: listCitations(networks),
    tags: [...new Set(["2d", "semantic-segmentation", ...words, "onnx", ...tags])],
    timestamp: timestamp ?? new Date().toISOString(),
    input: describeInput(input, preprocessing),
    output: describeOutput(output),
    weights,
    opset: OPSET,
    ...(modelFile && { model: files.add(MODEL, modelFile) }),
    largest: output.largest,
    metadata,
  });
  files.add("rdf.yaml", stringify(rdf, { lineWidth: 120, aliasDuplicateObjects: false }));
  // Weights hardly shrink; a fixed time gives the same bytes each time.
  return zipSync(files.contents, { level: 0, mtime: new Date(1980, 0, 1) });
}
