import { joinBytes } from "./damage.ts";

/** Makes a safetensors file with any text as its header. */
export function withHeader(header: string, body = new Uint8Array(), claimed?: number): Uint8Array {
  const bytes = new TextEncoder().encode(header);
  const length = new Uint8Array(BigUint64Array.of(BigInt(claimed ?? bytes.length)).buffer);
  return joinBytes([length, bytes, body]);
}

const array = (changes: Record<string, unknown> = {}) => ({
  dtype: "U8",
  shape: [4],
  data_offsets: [0, 4],
  ...changes,
});
const four = new Uint8Array(4);
const header = (value: unknown, body = four) => withHeader(JSON.stringify(value), body);
const nest = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** Small files that demand much memory or time, or have invalid contents. */
export const CRAFTED_SAFETENSORS: readonly { name: string; make: () => Uint8Array }[] = [
  { name: "header-of-100-megabytes.safetensors", make: () => withHeader(`[${"[],".repeat(33e6)}[]]`) },
  { name: "header-of-4-megabytes-of-lists.safetensors", make: () => withHeader(`{"a":[${"[],".repeat(1.3e6)}[]]}`) },
  { name: "header-of-4-megabytes-of-objects.safetensors", make: () => withHeader(`{"a":[${"{},".repeat(1.3e6)}{}]}`) },
  {
    name: "header-of-many-arrays.safetensors",
    make: () =>
      withHeader(
        `{${Array.from({ length: 2e5 }, (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join()}}`
          .slice(0, -1) + "}",
      ),
  },
  { name: "header-larger-than-the-file.safetensors", make: () => withHeader("{}", four, 2 ** 62) },
  { name: "header-of-a-million-nested-lists.safetensors", make: () => withHeader(nest(1_000_000)) },
  {
    name: "nested-list-as-dtype.safetensors",
    make: () => withHeader(`{"w":{"dtype":${nest(500_000)},"shape":[],"data_offsets":[0,4]}}`, four),
  },
  {
    name: "nested-list-as-shape.safetensors",
    make: () => withHeader(`{"w":{"dtype":"U8","shape":[${nest(500_000)}],"data_offsets":[0,4]}}`, four),
  },
  { name: "nested-object-as-metadata.safetensors", make: () => withHeader(`{"__metadata__":{"a":${nest(500_000)}}}`) },
  {
    name: "shape-of-a-million-sides.safetensors",
    make: () =>
      withHeader(`{"w":{"dtype":"U8","shape":[${"1,".repeat(1e6)}1],"data_offsets":[0,1]}}`, four.subarray(1)),
  },
  ...[null, [], 5, "text", { a: 1 }, { a: null }].map((metadata, i) => ({
    name: `metadata-${i}.safetensors`,
    make: () => header({ __metadata__: metadata, w: array() }),
  })),
  ...[
    null,
    [],
    5,
    "text",
    {},
    { dtype: "constructor" },
    array({ dtype: "toString" }),
    array({ dtype: null }),
    array({ shape: null }),
    array({ shape: [-1] }),
    array({ shape: [1.5] }),
    array({ shape: [2 ** 53] }),
    array({ shape: ["4"] }),
    array({ shape: { length: 1 } }),
    array({ data_offsets: null }),
    array({ data_offsets: [4, 0] }),
    array({ data_offsets: [0, 1e300] }),
    array({ data_offsets: [0] }),
  ].map(
    (value, i) => ({ name: `array-${i}.safetensors`, make: () => header({ w: value }) }),
  ),
  { name: "header-null.safetensors", make: () => withHeader("null", four) },
  { name: "header-list.safetensors", make: () => withHeader("[]", four) },
  { name: "id-proto.safetensors", make: () => withHeader(`{"__proto__":${JSON.stringify(array())}}`, four) },
  {
    name: "metadata-proto.safetensors",
    make: () => withHeader(`{"__metadata__":{"__proto__":"a","constructor":"b"},"w":${JSON.stringify(array())}}`, four),
  },
  {
    name: "10000-arrays-on-20-megabytes.safetensors",
    make: () => {
      const place = { dtype: "U8", shape: [20e6], data_offsets: [0, 20e6] };
      return header(
        Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`w${i}`, place])),
        new Uint8Array(20e6),
      );
    },
  },
  {
    name: "10000-unaligned-arrays-on-20-megabytes.safetensors",
    make: () => {
      const place = { dtype: "F32", shape: [4e6], data_offsets: [1, 16e6 + 1] };
      return header(
        Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`w${i}`, place])),
        new Uint8Array(20e6),
      );
    },
  },
  { name: "id-of-many-characters.safetensors", make: () => header({ ["w".repeat(5e6)]: array({ dtype: "F99" }) }) },
  {
    name: "bytes-that-are-no-text.safetensors",
    make: () => joinBytes([new Uint8Array(BigUint64Array.of(4n).buffer), Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)]),
  },
];
