import { fitMetaModel } from "../fit_meta_model.ts";
import type { MetaModelKind } from "../meta_model.ts";
import type { EnsembleMethodDefinition } from "./method.ts";

/** Makes a method that trains a meta-model on the members' maps. */
function stacking(kind: MetaModelKind, label: string): EnsembleMethodDefinition {
  return {
    label,
    source: "Wolpert 1992",
    stores: "model",
    async fit(images) {
      const model = await fitMetaModel(images, { kind });
      return { predict: (image) => model.predict(image), model, dispose: () => model[Symbol.dispose]() };
    },
  };
}

/** Stacking by two convolutions over the members' logits. */
export const shallowCnn = stacking("shallow-cnn", "shallow CNN");

/** Stacking by two convolutions that correct the members' mean. */
export const residual = stacking("residual", "residual meta-model");
