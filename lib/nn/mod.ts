/**
 * Networks: architectures, encoders, weights in and out, inference.
 * @module
 */
export { type Architecture, ARCHITECTURES } from "./architectures/architectures.ts";
export { createModel, type ModelOptions } from "./create_model.ts";
export { type EncoderName, ENCODERS } from "./encoders/encoders.ts";
export { predict, type PredictOptions } from "./inference/predict.ts";
export type { MapRows } from "./inference/map_rows.ts";
export { type PredictionSource, Predictor, type PredictorOptions } from "./inference/predictor.ts";
export { labelObjects, type Segmentation, type Segmenter, type SegmentOptions } from "./inference/segmenter.ts";
export { TrainedModel, type TrainedModelOptions } from "./inference/trained_model.ts";
export { SegmentationModel } from "./segmentation_model.ts";
export { loadModel, type ModelUse, saveModel } from "./weights/model_file.ts";
export { fetchPretrained, loadPretrained } from "./weights/pretrained.ts";
export { readWeights } from "./weights/read_weights.ts";
export { decodeSafetensors, encodeSafetensors, SafetensorsError, TensorFile } from "./weights/safetensors.ts";
export { readSafetensors, writeSafetensors } from "./weights/safetensors_file.ts";
export { savePyTorch } from "./weights/save_pytorch.ts";
export { loadStateDict, stateDict } from "./weights/state_dict.ts";
export { loadWeights } from "./weights/weight_files.ts";
