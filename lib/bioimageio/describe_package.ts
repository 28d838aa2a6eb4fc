import type { Citation } from "./citations.ts";
import type { PackagedFile } from "./packaged_file.ts";

/**
 * The version of the format. bioimageio.core 0.9 and later read it, and every step and field that a package has is
 * part of it.
 */
const FORMAT_VERSION = "0.5.4";

/** Largest difference of a probability between programs. */
const TOLERANCE = 1e-4;

/** What a package's description contains. */
export interface DescribedPackage {
  name: string;
  description: string;
  authors: readonly string[];
  license?: string;
  citations: readonly Citation[];
  tags: readonly string[];
  timestamp: string;
  input: object;
  output: object;
  /** The ONNX file. */
  weights: PackagedFile;
  opset: number;
  /** The project's file of the model. */
  model?: PackagedFile;
  /** The largest probability of the test output. */
  largest: number;
  /** Texts that describe the model for the project itself. */
  metadata: Readonly<Record<string, string>>;
}

/** Describes a package: the content of its `rdf.yaml`. */
export function describePackage(
  { name, description, authors, license, citations, tags, timestamp, input, output, ...model }: DescribedPackage,
): object {
  // The specification allows at most a hundredth of the largest value.
  const tolerance = { absolute_tolerance: Math.min(TOLERANCE, model.largest / 100), relative_tolerance: 1e-3 };
  return {
    format_version: FORMAT_VERSION,
    type: "model",
    name,
    description,
    authors: authors.map((author) => ({ name: author })),
    ...(license && { license }),
    cite: citations,
    documentation: "README.md",
    covers: ["cover.png"],
    tags,
    timestamp,
    inputs: [input],
    outputs: [output],
    weights: { onnx: { ...model.weights, opset_version: model.opset } },
    ...(model.model && { attachments: [model.model] }),
    config: {
      bioimageio: { reproducibility_tolerance: [tolerance] },
      "bioimage-segmentation-study": model.metadata,
    },
  };
}
