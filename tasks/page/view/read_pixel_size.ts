/// <reference lib="dom" />
import { Refusal } from "./page_worker.ts";

/**
 * Reads the size of a pixel that the user typed, in µm; `undefined` if the field is empty.
 *
 * @throws {Refusal} if it is not a number above 0. The value of a field with such a text as "0,3 µm" is empty.
 */
export function readPixelSize(
  { value, valueAsNumber, validity }: {
    value: string;
    valueAsNumber: number;
    validity: Pick<ValidityState, "badInput">;
  },
): number | undefined {
  const wayOut = "give a number above 0, in µm, such as 0.325";
  if (validity.badInput) throw new Refusal(`The pixel size is not a number: ${wayOut}`);
  if (value.trim() === "") return undefined;
  if (!(valueAsNumber > 0)) throw new Refusal(`The pixel size is "${value}": ${wayOut}`);
  return valueAsNumber;
}
