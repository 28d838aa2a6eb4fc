import { hasName } from "../io/registry_names.ts";
import { ARCHITECTURES } from "../nn/architectures/architectures.ts";
import { ENCODERS } from "../nn/encoders/encoders.ts";
import type { WeightedNetwork } from "../onnx/list_networks.ts";

/** A citation of the specification. */
export interface Citation {
  text: string;
  doi: string;
}

/** The publications that the registries of architectures and encoders name. */
export const PUBLICATIONS: Readonly<Record<string, Citation>> = {
  "Ronneberger et al. 2015": { text: "Ronneberger et al. 2015: U-Net", doi: "10.1007/978-3-319-24574-4_28" },
  "Chen et al. 2017": { text: "Chen et al. 2017: DeepLabV3", doi: "10.48550/arXiv.1706.05587" },
  "Chen et al. 2018": { text: "Chen et al. 2018: DeepLabV3+", doi: "10.1007/978-3-030-01234-2_49" },
  "Zhao et al. 2017": { text: "Zhao et al. 2017: PSPNet", doi: "10.1109/CVPR.2017.660" },
  // Kirillov et al. presented FPN for segmentation in a talk, which has no DOI.
  "Kirillov et al. 2017": { text: "Lin et al. 2017: feature pyramid networks", doi: "10.48550/arXiv.1612.03144" },
  "He et al. 2016": { text: "He et al. 2016: ResNet", doi: "10.1109/CVPR.2016.90" },
  "Sandler et al. 2018": { text: "Sandler et al. 2018: MobileNetV2", doi: "10.1109/CVPR.2018.00474" },
  "Tan & Le 2019": { text: "Tan & Le 2019: EfficientNet", doi: "10.48550/arXiv.1905.11946" },
};

/** Lists the publications of the networks' architectures and encoders, each once. */
export function listCitations(networks: readonly WeightedNetwork[]): Citation[] {
  const sources = networks.flatMap(({ network: { model: { architecture, encoder } } }) => [
    ...(hasName(ARCHITECTURES, architecture) ? [ARCHITECTURES[architecture].source] : []),
    ENCODERS[encoder].source,
  ]);
  return [...new Set(sources)].flatMap((source) => PUBLICATIONS[source] ?? []);
}
