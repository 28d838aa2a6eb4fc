/**
 * Objects: label images from probabilities, outlines, files that other programs open. Everything here runs in a browser too.
 * @module
 */

// Objects from probabilities.
export { findInstances } from "./find_instances.ts";
export { type BorderInstanceOptions, instancesFromBorder } from "./instances_from_border.ts";
export { type ForegroundInstanceOptions, instancesFromForeground } from "./instances_from_foreground.ts";

// Building blocks.
export { distanceTransform, type PixelSpacing, squaredDistanceTransform } from "./distance_transform.ts";
export { type Connectivity, watershed, type WatershedOptions } from "./watershed.ts";

// Tiles of large images.
export { type LabelTile, mergeTiles } from "./merge_tiles.ts";
export { type MergedNumbers, type TileJoin, TileMerger } from "./tile_merger.ts";
export type { Rectangle } from "./tile_rectangles.ts";

// Objects of images that do not fit into memory.
export { RowLabeler, type RowLabelerOptions, type RowObjects, type Rows } from "./rows/row_labeler.ts";
export { type ObjectWindow, sweepObjects, type SweepOptions } from "./rows/sweep_objects.ts";
export type { ObjectBoxes } from "./rows/object_boxes.ts";
export type { TileLayout } from "./rows/tile_layout.ts";

// Parameters.
export {
  DEFAULT_GRIDS,
  type InstanceGrid,
  type InstanceKind,
  type InstanceParameters,
  type TunedInstances,
  tuneInstances,
} from "./tune_instances.ts";

// Label images.
export type { ImageSize, LabeledObjects } from "./labeled_objects.ts";

// Outlines, and files that other programs open.
export { encodeGeoJson, type GeoJsonOptions } from "./formats/geojson.ts";
export { type DescribedObjects, type ObjectClass, type ObjectDescription } from "./formats/object_description.ts";
export type { PageAxis } from "./formats/page_axis.ts";
export { ObjectFileError } from "./formats/object_file_error.ts";
export { encodeRoiArchive, type RoiArchiveOptions } from "./formats/roi/roi_archive.ts";
export { decodeSubmission } from "./formats/submission/decode_submission.ts";
export { encodeSubmission, type SubmittedImage } from "./formats/submission/encode_submission.ts";
export { type Outline, type OutlinePolygon, type Ring, traceOutlines } from "./outlines/trace_outlines.ts";
export type { TiffOptions } from "./formats/tiff/encode_stack.ts";
export { encodeLabelTiff } from "./formats/tiff/label_tiff.ts";
export {
  encodeProbabilityTiff,
  type ProbabilityMap,
  type ProbabilityTiffOptions,
} from "./formats/tiff/probability_tiff.ts";
export { type ByteSink, TiffStream, type TiffStreamOptions } from "./formats/tiff/tiff_stream.ts";
export { type TiffFlavour, tiffFlavour } from "./formats/tiff/tiff_flavour.ts";

// Measurements, tables, and how an image differs from those that a model trained on.
export { measureObjects, type MeasureOptions } from "./measure/measure_objects.ts";
export { objectColumn, objectRows, type ObjectTable } from "./measure/object_table.ts";
export { objectCsv, objectCsvHeader, type ObjectCsvOptions } from "./table/object_csv.ts";
export { type ImageSummary, ProbabilityMeter, type SummarizedImage, summarizeObjects } from "./table/image_summary.ts";
export { summaryCsv, type SummaryRow } from "./table/summary_csv.ts";
export { describeImage, describeSource, type ImageDescription } from "./training/describe_image.ts";
export { farFromTraining } from "./training/far_from_training.ts";
export { learnTrainingStatistics, type TrainingStatistics } from "./training/training_statistics.ts";
