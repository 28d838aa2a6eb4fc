/**
 * Objects: label images from probabilities. Everything here runs in a browser too.
 * @module
 */

// Building blocks.
export { distanceTransform, type PixelSpacing, squaredDistanceTransform } from "./distance_transform.ts";
export { type Connectivity, watershed, type WatershedOptions } from "./watershed.ts";

// Label images.
export type { ImageSize, LabeledObjects } from "./labeled_objects.ts";

// Measurements, tables, and how an image differs from those that a model trained on.
export { measureObjects, type MeasureOptions } from "./measure/measure_objects.ts";
export { objectColumn, objectRows, type ObjectTable } from "./measure/object_table.ts";
export { objectCsv, objectCsvHeader, type ObjectCsvOptions } from "./table/object_csv.ts";
export { type ImageSummary, type SummarizedImage, summarizeObjects } from "./table/image_summary.ts";
export { summaryCsv, type SummaryRow } from "./table/summary_csv.ts";
export { describeImage, type ImageDescription } from "./training/describe_image.ts";
export { farFromTraining } from "./training/far_from_training.ts";
export { learnTrainingStatistics, type TrainingStatistics } from "./training/training_statistics.ts";
