import type { TFEOpAttr } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.d.ts";
import { DataType, tfjsDataType, type TfjsType } from "./dtype.ts";
import { cString, type Symbols } from "./symbols.ts";

/** Values of the enum `TF_AttrType` (tensorflow/c/c_api.h). */
export const AttributeType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** An attribute of an op, in the form that tfjs's kernels use. */
export type Attribute = TFEOpAttr;

/** Sets an attribute of an eager op (`TFE_Op`) or of a graph node (`TF_OperationDescription`). */
export function setAttribute(
  symbols: Symbols,
  target: { op: bigint; status: bigint } | { node: bigint },
  { name, type, value }: Attribute,
): void {
  const key = cString(name);
  const eager = "op" in target;
  const address = eager ? target.op : target.node;
  switch (type) {
    case AttributeType.type:
      if (Array.isArray(value)) {
        const set = eager ? symbols.TFE_OpSetAttrTypeList : symbols.TF_SetAttrTypeList;
        set(address, key, Int32Array.from(value), value.length);
      } else (eager ? symbols.TFE_OpSetAttrType : symbols.TF_SetAttrType)(address, key, value as number);
      return;
    case AttributeType.int:
      if (Array.isArray(value)) {
        const set = eager ? symbols.TFE_OpSetAttrIntList : symbols.TF_SetAttrIntList;
        set(address, key, BigInt64Array.from(value, BigInt), value.length);
      } else (eager ? symbols.TFE_OpSetAttrInt : symbols.TF_SetAttrInt)(address, key, BigInt(value as number));
      return;
    case AttributeType.float:
      if (Array.isArray(value)) {
        const set = eager ? symbols.TFE_OpSetAttrFloatList : symbols.TF_SetAttrFloatList;
        set(address, key, Float32Array.from(value), value.length);
      } else (eager ? symbols.TFE_OpSetAttrFloat : symbols.TF_SetAttrFloat)(address, key, value as number);
      return;
    case AttributeType.bool:
      if (Array.isArray(value)) {
        const set = eager ? symbols.TFE_OpSetAttrBoolList : symbols.TF_SetAttrBoolList;
        set(address, key, Uint8Array.from(value), value.length);
      } else (eager ? symbols.TFE_OpSetAttrBool : symbols.TF_SetAttrBool)(address, key, value ? 1 : 0);
      return;
    case AttributeType.string: {
      if (Array.isArray(value)) {
        if (eager) throw new TypeError(`Attribute "${name}" is a list of strings, which only nodes of a graph have`);
        const texts = value.map((text) => new TextEncoder().encode(text as string));
        const starts = BigUint64Array.from(texts, (text) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(text)));
        const lengths = BigUint64Array.from(texts, ({ length }) => BigInt(length));
        symbols.TF_SetAttrStringList(address, key, starts, lengths, texts.length);
        return;
      }
      const text = typeof value === "string" ? new TextEncoder().encode(value) : value as Uint8Array<ArrayBuffer>;
      (eager ? symbols.TFE_OpSetAttrString : symbols.TF_SetAttrString)(address, key, text, BigInt(text.length));
      return;
    }
    case AttributeType.shape: {
      const dims = BigInt64Array.from(value as number[], BigInt);
      if (eager) symbols.TFE_OpSetAttrShape(address, key, dims, dims.length, target.status);
      else symbols.TF_SetAttrShape(address, key, dims, dims.length);
      return;
    }
    default:
      throw new TypeError(`Attribute "${name}" has the unknown type ${type}`);
  }
}

/** Makes a type attribute from tfjs's name of the type. */
export function typeAttribute(name: string, dtype: TfjsType): Attribute {
  return { name, type: AttributeType.type, value: tfjsDataType(dtype) };
}

/** Makes an attribute of a list of types. */
export function typesAttribute(name: string, types: readonly (keyof typeof DataType)[]): Attribute {
  return { name, type: AttributeType.type, value: types.map((type) => DataType[type]) };
}

/** Makes an attribute of an integer or a list of integers. */
export function intAttribute(name: string, value: number | number[]): Attribute {
  return { name, type: AttributeType.int, value };
}

/** Makes a float attribute. */
export function floatAttribute(name: string, value: number): Attribute {
  return { name, type: AttributeType.float, value };
}

/** Makes a boolean attribute. */
export function boolAttribute(name: string, value: boolean): Attribute {
  return { name, type: AttributeType.bool, value };
}

/** Makes a string attribute. */
export function stringAttribute(name: string, value: string): Attribute {
  return { name, type: AttributeType.string, value };
}

/** Makes an attribute of a list of strings, which only nodes of a graph have. */
export function stringsAttribute(name: string, value: readonly string[]): Attribute {
  return { name, type: AttributeType.string, value: [...value] as never };
}
