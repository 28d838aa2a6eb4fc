/**
 * Data sets: layouts, groups, splits, integrity, image generation, and BBBC038.
 * @module
 */
export { BBBC038, fetchBbbc038 } from "./bbbc038.ts";
export { type Dataset, DatasetError, type LayoutName, makeDataset, type Sample, sampleModality } from "./dataset.ts";
export { datasetSummary } from "./dataset_summary.ts";
export { demoDataset, openDataset, realPair } from "./demo_dataset.ts";
export { findGroups } from "./find_groups.ts";
export { generateDataset, type GenerateOptions, ORIGINAL_DIFFICULTY } from "./generator/generate.ts";
export { type LabelNoise, withLabelNoise } from "./generator/label_noise.ts";
export { describeGroups } from "./group_notes.ts";
export type { Finding } from "./integrity/findings.ts";
export { checkMasks, type IntegrityReport, integrityReport, mergeDuplicates } from "./integrity/integrity.ts";
export { type NearDuplicate, nearDuplicates } from "./integrity/near_duplicates.ts";
export { LAYOUTS } from "./layouts/layouts.ts";
export { listSources } from "./layouts/list_sources.ts";
export { LeakError, LeakGuard } from "./leak_guard.ts";
export { loadFolder, type LoadOptions } from "./load_folder.ts";
export { radialPowerSpectrum } from "./power_spectrum.ts";
export { readGroups } from "./read_groups.ts";
export { type Fold, type Split, splitDataset, type SplitOptions } from "./splits.ts";
