/**
 * Ensembles: voting, selection, meta-models.
 * @module
 */
export { Ensemble, type WeightedMember } from "./base_ensemble.ts";
export { ensemble, type EnsembleOptions, type WeightOptions } from "./ensemble.ts";
export type { EnsembleImage } from "./ensemble_image.ts";
export { fitMetaModel } from "./fit_meta_model.ts";
export { META_MODELS, MetaModel } from "./meta_model.ts";
export { type OpenOptions, openSegmenter } from "./open_segmenter.ts";
export { greedySelection, meanDice, scoreWeights } from "./selection.ts";
export { majorityVote, softVote } from "./voting.ts";
export type { StackingOptions } from "./stacking.ts";
export { ENSEMBLE_METHODS, type EnsembleMethodId } from "./methods/methods.ts";
