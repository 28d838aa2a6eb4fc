import { encodeMessage, type Field, readFields } from "../../io/protobuf.ts";

const text = new TextEncoder();

/** Fields of `tensorflow.Event` (tensorflow/core/util/event.proto), and `SessionLog.START`. */
const STEP = 2, FILE_VERSION = 3, SUMMARY = 5, SESSION_LOG = 7, START = 1;

/** Encodes an event with its time and its step. */
function event(seconds: number, step: number, content: Field): Uint8Array<ArrayBuffer> {
  // A field with its default, 0, is left out.
  return encodeMessage([[1, { double: seconds }], ...(step ? [[STEP, step] as const] : []), content]);
}

/**
 * Encodes the first event of a file. With version 2, TensorBoard heeds {@linkcode startEvent}.
 *
 * @param seconds its time, in seconds since 1970
 */
export function versionEvent(seconds: number): Uint8Array<ArrayBuffer> {
  return event(seconds, 0, [FILE_VERSION, text.encode("brain.Event:2")]);
}

/** Encodes the start of a further sitting: TensorBoard forgets what it has seen of this step and later ones. */
export function startEvent(seconds: number, step: number): Uint8Array<ArrayBuffer> {
  return event(seconds, step, [SESSION_LOG, encodeMessage([[1, START]])]);
}

/**
 * Encodes values of a step (tensorflow/core/framework/summary.proto).
 *
 * @param values by tag, such as `train/loss`; `undefined` is left out
 */
export function scalarEvent(
  seconds: number,
  step: number,
  values: Readonly<Record<string, number | undefined>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(values).flatMap(([tag, value]): Field[] =>
    value === undefined ? [] : [[1, encodeMessage([[1, text.encode(tag)], [2, { float: value }]])]]
  );
  return event(seconds, step, [SUMMARY, encodeMessage(entries)]);
}

/** Reads the step of an event, and whether it holds values. */
export function readEvent(data: Uint8Array): { step: number; hasValues: boolean } {
  let step = 0, hasValues = false;
  for (const [field, value] of readFields(data)) {
    if (field === STEP) step = Number(value);
    if (field === SUMMARY) hasValues = true;
  }
  return { step, hasValues };
}
