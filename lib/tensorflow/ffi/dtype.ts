/**
 * Values of the enum `TF_DataType` (tensorflow/c/tf_datatype.h) that this project uses.
 */
export const DataType = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
  resource: 20,
} as const;

const names = new Map<number, string>(Object.entries(DataType).map(([name, n]) => [n, name]));

/** Returns the name of a `TF_DataType`, for messages. */
export function dataTypeName(dataType: number): string {
  return names.get(dataType) ?? `dtype ${dataType}`;
}

/** Returns the bytes per element; 0 for types without a fixed size. */
export function dataTypeSize(dataType: number): number {
  switch (dataType) {
    case DataType.float64:
    case DataType.complex64:
    case DataType.int64:
      return 8;
    case DataType.float32:
    case DataType.int32:
      return 4;
    case DataType.bfloat16:
    case DataType.float16:
      return 2;
    case DataType.uint8:
    case DataType.bool:
      return 1;
    default:
      return 0;
  }
}

/** tfjs's names of data types. */
export type TfjsType = "float32" | "int32" | "bool" | "complex64" | "string";

/** Returns the `TF_DataType` for tfjs's name of a type. */
export function tfjsDataType(type: TfjsType): number {
  return DataType[type];
}
