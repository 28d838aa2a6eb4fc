import type { Attribute } from "../ffi/attributes.ts";
import type { InputArgument } from "../ffi/protobuf.ts";

/** An input of an op with the tensors passed to it. */
export interface GivenInput {
  definition: InputArgument;
  ids: number[];
}

/** Assigns tensors to an op's inputs; omitted inputs at the end have none. */
export function giveInputs(
  definitions: readonly InputArgument[],
  attributes: readonly Attribute[],
  inputIds: readonly number[],
): GivenInput[] {
  let next = 0;
  return definitions.flatMap((definition, i) => {
    const counted = attributes.find((attribute) => attribute.name === definition.numberAttribute);
    const length = !definition.isList
      ? 1
      : typeof counted?.value === "number"
      ? counted.value
      : inputIds.length - next - (definitions.length - 1 - i);
    const ids = inputIds.slice(next, next += length);
    return ids.length || definition.isList ? [{ definition, ids }] : [];
  });
}
