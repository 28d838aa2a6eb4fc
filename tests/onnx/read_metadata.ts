import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";

/** Reads the metadata of an ONNX file. */
export function readMetadata(content: Uint8Array): Record<string, string> {
  const { metadataProps } = fromBinary(ModelProtoSchema, content);
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
}
