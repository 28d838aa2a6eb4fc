/**
 * The folders of `lib`, from the lowest layer to the highest. A file imports only from the same layer and from those
 * above it in this list, including types.
 */
export const LAYERS: readonly string[] = [
  "io",
  "math",
  "tensorflow/ffi",
  "tensorflow/tfjs",
  "tensorflow/graph",
  "tensorflow",
  "machine_code",
  "onednn",
  "native_ops",
  "images",
  "evaluate",
  "objects",
  "datasets",
  "task",
  "batches",
  "nn",
  "train",
  "ensemble",
  "onnx",
  "display",
  "plots",
  "bioimageio",
  "runs",
  "study",
];
