import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { TrainedModel } from "lib";
import { createModel, type ModelUse, SegmentationModel } from "lib/nn";
import { Weights } from "lib/nn/weights/weight_scope.ts";
import { OnnxError, onnxModel } from "lib/onnx";
import { handleCount, tf } from "lib/tensorflow";
import project from "../../deno.json" with { type: "json" };
import { readMetadata } from "./read_metadata.ts";

const CLASSES = ["background", "round", "long"];

const USE: ModelUse = {
  normalization: "robust",
  threshold: 0.37,
  contrastFloor: { structure: 82, range: 18, medianRange: 35 },
  objectParameters: { threshold: 0.45, prominence: 0.25 },
};

Deno.test("a file has the opset, the names, the sides and the folded weights that readers expect", () => {
  const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", task: "classes", classNames: CLASSES });
  using segmenter = new TrainedModel(model, USE);
  const { irVersion, opsetImport, producerName, producerVersion, graph } = fromBinary(
    ModelProtoSchema,
    onnxModel(segmenter),
  );
  assert.deepEqual([producerName, producerVersion], [project.name, project.version]);
  assert.deepEqual([irVersion, opsetImport.map(({ domain, version }) => [domain, version])], [8n, [["", 17n]]]);
  const { input, output, node, initializer } = graph!;
  const described = [...input, ...output].map(({ name, type }) => {
    assert.ok(type?.value.case === "tensorType" && type.value.value.elemType === 1);
    return [name, ...type.value.value.shape!.dim.map(({ value }) => value.value)];
  });
  assert.deepEqual(described, [
    ["images", "batch", 3n, "height", "width"],
    ["probabilities", "batch", 3n, "height", "width"],
  ]);
  const operators = new Set(node.map(({ opType }) => opType));
  assert.ok(operators.has("Conv") && operators.has("Clip") && !operators.has("BatchNormalization"));
  assert.ok(node.every(({ name }) => name !== ""));
  for (const { name, dims, dataType, rawData } of initializer) {
    const count = dims.reduce((product, side) => product * Number(side), 1);
    assert.equal(rawData.length, count * (dataType === 1 ? 4 : 8), name);
  }
  // Weights have PyTorch's names and shapes; a folded normalisation is the bias of its convolution.
  const shapes = new Map(initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  for (const { name, shape, variable } of model.weights) {
    if (variable && shape.length === 4) assert.deepEqual(shapes.get(name), shape, name);
  }
  assert.deepEqual(shapes.get("encoder.features.0.0.bias"), [32]);
});

Deno.test("a file's metadata says how to use the model", () => {
  using segmenter = new TrainedModel(createModel({ architecture: "unet", encoder: "resnet18" }), USE);
  assert.deepEqual(readMetadata(onnxModel(segmenter)), {
    task: "foreground",
    architecture: "unet",
    encoder: "resnet18",
    normalization: "robust",
    activation: "sigmoid",
    channels: '["foreground"]',
    imageChannels: "3",
    pixelStride: "32",
    threshold: "0.37",
    objectParameters: '{"threshold":0.45,"prominence":0.25}',
    contrastFloor: '{"structure":82,"range":18,"medianRange":35}',
  });
});

Deno.test("a file's metadata has the parameters of objects that are given instead of the model's", () => {
  using segmenter = new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2" }), USE);
  const objectParameters = { threshold: 0.6, prominence: 0.1 };
  assert.equal(
    readMetadata(onnxModel(segmenter, { objectParameters })).objectParameters,
    JSON.stringify(objectParameters),
  );
});

Deno.test("an export frees its tensors, and the same model gives the same file", () => {
  using segmenter = new TrainedModel(createModel({ architecture: "pspnet", encoder: "mobilenet_v2" }), USE);
  const first = onnxModel(segmenter), before = handleCount();
  assert.deepEqual(onnxModel(segmenter), first);
  assert.deepEqual(handleCount(), before);
});

/** Makes a model whose forward pass is the given function of the images. */
function model(forward: (x: tf.Tensor4D) => tf.Tensor4D): TrainedModel {
  const options = { architecture: "custom", encoder: "resnet18", inChannels: 1, classes: 1, seed: 0 } as const;
  return new TrainedModel(new SegmentationModel({ options, weights: new Weights(0), divisor: 1, forward }), USE);
}

Deno.test("an op without a counterpart at every size is refused by name", () => {
  using reversed = model((x) => tf.reverse(x, [1]));
  assert.throws(
    () => onnxModel(reversed),
    (error) =>
      error instanceof OnnxError && /^custom with resnet18 cannot be exported: .* op ReverseV2/.test(error.message),
  );
  using reshaped = model((x) => tf.reshape(tf.reshape(x, [1, -1]), [1, 64, 64, 1]));
  assert.throws(() => onnxModel(reshaped), /op Reshape/);
  using map = model((x) => tf.add(x, tf.ones([1, 64, 64, 2]).slice([0, 0, 0, 0], [1, 64, 64, 1])));
  assert.throws(() => onnxModel(map), /op Slice/);
});
