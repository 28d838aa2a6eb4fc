import { zipSync } from "fflate";
import { joinBytes } from "./damage.ts";

const encoder = new TextEncoder();

/** Converts text to bytes, one byte per character. */
export const raw = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const uint32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

/** Makes the opcodes of a pickle (PEP 307) that name a function, or push a text or a number. */
export const named = (name: string) => raw(`c${name.replace(/\.(?=\w+$)/, "\n")}\n`);
export const text = (value: string) => {
  const bytes = encoder.encode(value);
  return joinBytes([raw("X"), uint32(bytes.length), bytes]);
};
export const number = (value: number) => joinBytes([raw("J"), uint32(value)]);
export const tuple = (...parts: Uint8Array[]) => joinBytes([raw("("), ...parts, raw("t")]);

/** Makes a tensor on a storage of float32. */
export function tensor(key: string, length: number, shape: readonly number[], strides: readonly number[]): Uint8Array {
  const storage = tuple(text("storage"), named("torch.FloatStorage"), text(key), text("cpu"), number(length));
  const args = tuple(
    joinBytes([storage, raw("Q")]),
    number(0),
    tuple(...shape.map(number)),
    tuple(...strides.map(number)),
    raw("\x89"),
    joinBytes([named("collections.OrderedDict"), raw(")R")]),
  );
  return joinBytes([named("torch._utils._rebuild_tensor_v2"), args, raw("R")]);
}

/** Makes a pickle of one value. */
export const pickle = (value: Uint8Array) => joinBytes([raw("\x80\x02"), value, raw(".")]);

/** Makes a dictionary of names and values. */
export function dictionary(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return joinBytes([raw("}("), ...entries.flatMap(([name, value]) => [text(name), value]), raw("u")]);
}

/** Makes a file as written by torch.save: with uncompressed entries and correct checksums. */
export function torchFile(description: Uint8Array, storages: Record<string, Uint8Array>, level: 0 | 9 = 0): Uint8Array {
  const entries = Object.entries(storages).map(([key, bytes]) => [`w/data/${key}`, [bytes, { level }]]);
  return zipSync({
    "w/data.pkl": [description, { level: 0 }],
    "w/byteorder": [raw("little"), { level: 0 }],
    ...Object.fromEntries(entries),
  });
}
