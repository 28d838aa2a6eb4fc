/**
 * Objects: label images from probabilities. Everything here runs in a browser too.
 * @module
 */

// Objects from probabilities.
export { type BorderInstanceOptions, instancesFromBorder } from "./instances_from_border.ts";
export { type ForegroundInstanceOptions, instancesFromForeground } from "./instances_from_foreground.ts";

// Building blocks.
export { distanceTransform, type PixelSpacing, squaredDistanceTransform } from "./distance_transform.ts";
export { type Connectivity, watershed, type WatershedOptions } from "./watershed.ts";

// Tiles of large images.
export { type LabelTile, mergeTiles } from "./merge_tiles.ts";
export { type MergedNumbers, type TileJoin, TileMerger } from "./tile_merger.ts";
export type { Rectangle } from "./tile_rectangles.ts";

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
