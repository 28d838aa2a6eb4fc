/** How PyTorch stores an element, and the type of its array here. */
export interface ElementType {
  /** Bytes in the file. */
  size: number;
  dtype: "F32" | "I32" | "I64" | "U8";
  /** Reads the element at a byte offset. */
  read(view: DataView, byte: number): number | bigint;
  /** Copies contiguous elements at once, if their format is the same here. */
  take?(buffer: ArrayBuffer): Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

function bfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

const byte: ElementType = {
  size: 1,
  dtype: "U8",
  read: (view, at) => view.getUint8(at),
  take: (buffer) => new Uint8Array(buffer),
};

/** PyTorch's storages: halves and doubles become float32, short integers int32. */
export const STORAGES: ReadonlyMap<string, ElementType> = new Map(Object.entries<ElementType>({
  "torch.FloatStorage": {
    size: 4,
    dtype: "F32",
    read: (view, at) => view.getFloat32(at, true),
    take: (buffer) => new Float32Array(buffer),
  },
  "torch.DoubleStorage": { size: 8, dtype: "F32", read: (view, at) => view.getFloat64(at, true) },
  "torch.HalfStorage": { size: 2, dtype: "F32", read: (view, at) => view.getFloat16(at, true) },
  "torch.BFloat16Storage": { size: 2, dtype: "F32", read: (view, at) => bfloat16(view.getUint16(at, true)) },
  "torch.LongStorage": {
    size: 8,
    dtype: "I64",
    read: (view, at) => view.getBigInt64(at, true),
    take: (buffer) => new BigInt64Array(buffer),
  },
  "torch.IntStorage": {
    size: 4,
    dtype: "I32",
    read: (view, at) => view.getInt32(at, true),
    take: (buffer) => new Int32Array(buffer),
  },
  "torch.ShortStorage": { size: 2, dtype: "I32", read: (view, at) => view.getInt16(at, true) },
  "torch.CharStorage": { size: 1, dtype: "I32", read: (view, at) => view.getInt8(at) },
  "torch.ByteStorage": byte,
  "torch.BoolStorage": byte,
}));

/** Makes an array for elements of a type. */
export function makeArray(dtype: ElementType["dtype"], count: number) {
  switch (dtype) {
    case "F32":
      return new Float32Array(count);
    case "I32":
      return new Int32Array(count);
    case "I64":
      return new BigInt64Array(count);
    case "U8":
      return new Uint8Array(count);
  }
}
