import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType as DataType, type ValueInfoProtoSchema } from "onnx-buf";
import type { GraphBuilder } from "./graph_builder.ts";
import { OnnxError } from "./onnx_error.ts";

/** The operators and the format that onnxruntime 1.13 reads, which deepImageJ and Icy carry. */
export const OPSET = 17, IR_VERSION = 8;

/** Largest message that protobuf's readers accept, in bytes. */
const MOST_BYTES = 2 ** 31 - 1;

/** A length of a value's axis: a number, or a name for one that may vary. */
type Side = number | string;

function valueInfo(name: string, sides: readonly Side[]): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = sides.map((side) => ({
    value: typeof side === "number"
      ? { case: "dimValue" as const, value: BigInt(side) }
      : { case: "dimParam" as const, value: side },
  }));
  return { name, type: { value: { case: "tensorType", value: { elemType: DataType.FLOAT, shape: { dim } } } } };
}

/** What an ONNX file contains besides its nodes and constants. */
export interface ModelParts {
  /** Name and shape of the input. */
  input: readonly [name: string, sides: readonly Side[]];
  /** Name and shape of the output. */
  output: readonly [name: string, sides: readonly Side[]];
  /** Texts that describe the model, by name. */
  metadata: Readonly<Record<string, string>>;
  producer: { name: string; version: string };
  /** A sentence on the model. */
  about: string;
}

/**
 * Encodes a graph as the content of an ONNX file.
 *
 * @throws {OnnxError} if it is larger than 2 GB.
 */
export function encodeModel(graph: GraphBuilder, parts: ModelParts): Uint8Array {
  const bytes = graph.initializers.reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (bytes > MOST_BYTES) {
    throw new OnnxError(
      `The weights take ${(bytes / 1e9).toFixed(1)} GB, and an ONNX file at most 2: export single models`,
    );
  }
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      opsetImport: [{ domain: "", version: BigInt(OPSET) }],
      producerName: parts.producer.name,
      producerVersion: parts.producer.version,
      docString: parts.about,
      graph: {
        name: "segmentation",
        node: graph.nodes,
        initializer: graph.initializers,
        input: [valueInfo(...parts.input)],
        output: [valueInfo(...parts.output)],
      },
      metadataProps: Object.entries(parts.metadata).map(([key, value]) => ({ key, value })),
    }),
  );
}
