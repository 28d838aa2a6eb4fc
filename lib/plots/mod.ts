/**
 * Charts and montages, as SVG and PNG.
 * @module
 */
export { augmentationGallery } from "./augmentation_gallery.ts";
export { chart } from "./chart.ts";
export { compareDistributions, compareSpectra } from "./compare_chart.ts";
export { explorePredictions, type Explorer, type ExplorerOptions } from "./explorer/explore_predictions.ts";
export type { ExploredImage } from "./explorer/encode_entry.ts";
export type { Figure } from "./figure.ts";
export { histogramChart } from "./histogram_chart.ts";
export { intervalChart, type IntervalChartOptions } from "./interval_chart.ts";
export { intervalPanels, type IntervalPanelsOptions } from "./interval_panels.ts";
export { diceCurve, lossCurve, tuningChart } from "./learning_curves.ts";
export { lrChart } from "./lr_chart.ts";
export { montage } from "./montage/montage.ts";
export { pairedIntervalChart, type PairedRow } from "./paired_interval_chart.ts";
export { overlay, type OverlayOptions } from "./overlay/overlay.ts";
export { splitChart } from "./split_chart.ts";
