import { listZip } from "lib/nn/weights/stored_zip.ts";
import { joinBytes } from "./damage.ts";
import { dictionary, named, number, pickle, raw, tensor, text, torchFile, tuple } from "./torch_file.ts";

const megabyte = new Uint8Array(1 << 20);
const repeat = (bytes: Uint8Array, times: number) => {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
};
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const many = (opcode: string, count: number) =>
  torchFile(joinBytes([raw("\x80\x02"), repeat(raw(opcode), count), raw(".")]), {});

/** Makes an archive whose entries all share the bytes of the first. */
function sharedEntries(count: number): Uint8Array {
  const small = Object.fromEntries(range(count).map((i) => [String(i), i ? raw("") : megabyte]));
  const weights = dictionary(range(count).map((i) => [`w${i}`, tensor(String(i), 1 << 18, [1 << 18], [1])]));
  const file = torchFile(pickle(weights), small), view = new DataView(file.buffer);
  const first = listZip(file).find(({ name }) => name === "w/data/0")!;
  const header = first.begin - 30 - first.name.length;
  let at = view.getUint32(file.length - 6, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    const length = view.getUint16(at + 28, true);
    if (new TextDecoder().decode(file.subarray(at + 46, at + 46 + length)).startsWith("w/data/")) {
      view.setUint32(at + 16, first.crc, true);
      view.setUint32(at + 20, 1 << 20, true);
      view.setUint32(at + 24, 1 << 20, true);
      view.setUint32(at + 42, header, true);
    }
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return file;
}

/** Makes a file of the old format: magic number, protocol, system, object, keys, then the storages. */
function legacy(object: Uint8Array, keys: Uint8Array, storages: Uint8Array = raw("")): Uint8Array {
  const magic = raw("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  const system = joinBytes([raw("}"), text("little_endian"), raw("\x88s")]);
  return joinBytes([...[magic, raw("M\xe9\x03"), system, object, keys].map(pickle), storages]);
}

/** Lists that each contain the previous one twice: as text they double each time. */
const doubling = joinBytes([raw("]q\x00"), repeat(raw("0]q\x01(h\x00h\x00eq\x00"), 60)]);
const deep = (count: number) => joinBytes([repeat(raw("]"), count), repeat(raw("a"), count - 1)]);
const oneTensor = dictionary([["w", tensor("0", 1 << 18, [1 << 18], [1])]]);

/** Small files that demand much memory or time. */
export const CRAFTED_TORCH: readonly { name: string; make: () => Uint8Array }[] = [
  { name: "8000-entries-on-one-megabyte.pth", make: () => sharedEntries(8000) },
  {
    name: "2000-tensors-on-one-storage.pth",
    make: () => {
      const weights = range(2000).map((i) => [`w${i}`, tensor("0", 1 << 18, [1 << 18], [1])] as const);
      return torchFile(pickle(dictionary(weights)), { 0: megabyte });
    },
  },
  {
    name: "2000-transposed-tensors-on-one-storage.pth",
    make: () => {
      const weights = range(2000).map((i) => [`w${i}`, tensor("0", 1 << 18, [512, 512], [1, 512])] as const);
      return torchFile(pickle(dictionary(weights)), { 0: megabyte });
    },
  },
  {
    name: "dictionary-copied-20000-times.pth",
    make: () => {
      const pairs = repeat(tuple(text("k"), number(1)), 20_000);
      const list = joinBytes([raw("]("), pairs, raw("e\x85q\x00"), raw("0")]);
      const copy = joinBytes([named("collections.OrderedDict"), raw("h\x00R")]);
      return torchFile(pickle(joinBytes([list, raw("("), repeat(copy, 20_000), raw("t")])), { 0: megabyte });
    },
  },
  {
    name: "shape-of-100000-axes-20000-times.pth",
    make: () => {
      const storage = tuple(text("storage"), named("torch.FloatStorage"), text("0"), text("cpu"), number(1));
      const shape = joinBytes([raw("("), repeat(raw("K\x01"), 100_000), raw("tq\x01"), raw("0")]);
      const args = joinBytes([raw("("), storage, raw("QK\x00h\x01h\x01tq\x02"), raw("0")]);
      const call = joinBytes([named("torch._utils._rebuild_tensor_v2"), raw("h\x02R0")]);
      return torchFile(pickle(joinBytes([shape, args, repeat(call, 20_000), raw("N")])), { 0: megabyte });
    },
  },
  { name: "a-million-nested-lists.pth", make: () => torchFile(pickle(deep(1_000_000)), {}) },
  { name: "400000-nested-lists.pth", make: () => torchFile(pickle(deep(400_000)), {}) },
  {
    name: "nested-list-as-shape.pth",
    make: () => torchFile(pickle(joinBytes([raw("("), deep(100_000), raw("t")])), {}),
  },
  {
    name: "nested-list-as-name.pth",
    make: () => torchFile(pickle(joinBytes([deep(100_000), text("x"), raw("\x93")])), {}),
  },
  {
    name: "doubling-list-as-name.pth",
    make: () => torchFile(pickle(joinBytes([doubling, text("x"), raw("\x93")])), {}),
  },
  {
    name: "doubling-list-as-shape.pth",
    make: () => {
      const storage = tuple(text("storage"), named("torch.FloatStorage"), text("0"), text("cpu"), number(1));
      const args = joinBytes([raw("("), storage, raw("QK\x00"), doubling, doubling, raw("t")]);
      return torchFile(pickle(joinBytes([named("torch._utils._rebuild_tensor_v2"), args, raw("R")])), {});
    },
  },
  {
    name: "list-as-key-of-a-storage.pth",
    make: () => {
      const storage = tuple(text("storage"), named("torch.FloatStorage"), doubling, text("cpu"), number(1));
      return torchFile(pickle(joinBytes([storage, raw("Q")])), {});
    },
  },
  {
    name: "dictionary-of-a-number.pth",
    make: () => torchFile(pickle(joinBytes([named("collections.OrderedDict"), raw("K\x05\x85R")])), {}),
  },
  {
    name: "dictionary-of-numbers.pth",
    make: () => torchFile(pickle(joinBytes([named("collections.OrderedDict"), raw("(K\x05K\x06t\x85R")])), {}),
  },
  { name: "memo-of-a-mark.pth", make: () => torchFile(pickle(raw("(q\x00h\x00h\x00\x93")), {}) },
  { name: "memo-of-nothing.pth", make: () => torchFile(pickle(raw("q\x00h\x00")), {}) },
  { name: "50-million-dictionaries.pth", make: () => many("}", 50_000_000) },
  { name: "50-million-lists.pth", make: () => many("]", 50_000_000) },
  { name: "50-million-memos.pth", make: () => many("N\x94", 25_000_000) },
  { name: "20-million-marks.pth", make: () => many("(", 20_000_000) },
  { name: "10-million-texts.pth", make: () => many("U\x02ab", 10_000_000) },
  {
    name: "100-megabytes-compressed.pth",
    make: () => torchFile(pickle(oneTensor), { 0: new Uint8Array(100 << 20) }, 9),
  },
  {
    name: "stored-entry-with-a-large-size.pth",
    make: () => {
      const file = torchFile(pickle(oneTensor), { 0: megabyte }), view = new DataView(file.buffer);
      view.setUint32(view.getUint32(file.length - 6, true) + 24, 0xfffffff0, true);
      return file;
    },
  },
  {
    name: "65535-entries-claimed.pth",
    make: () => {
      const file = torchFile(pickle(oneTensor), { 0: megabyte }), view = new DataView(file.buffer);
      view.setUint16(file.length - 12, 65534, true);
      return file;
    },
  },
  {
    name: "one-number-a-million-times.pth",
    make: () => torchFile(pickle(dictionary([["w", tensor("0", 1, [1_000_000_000], [0])]])), { 0: new Uint8Array(4) }),
  },
  {
    name: "shape-of-huge-sides.pth",
    make: () =>
      torchFile(pickle(dictionary([["w", tensor("0", 1, [0x7fffffff, 0x7fffffff, 0x7fffffff], [0, 0, 0])]])), {
        0: megabyte,
      }),
  },
  {
    name: "keys-that-nest.pth",
    make: () => legacy(oneTensor, joinBytes([raw("]("), doubling, deep(10_000), raw("e")])),
  },
  { name: "no-storages.pth", make: () => legacy(oneTensor, joinBytes([raw("]("), text("0"), raw("e")])) },
  {
    name: "storage-of-many-bytes.pth",
    make: () => legacy(oneTensor, joinBytes([raw("]("), text("0"), raw("e")]), raw("\xff\xff\xff\xff\xff\xff\xff\x7f")),
  },
  {
    name: "nested-dictionaries.pth",
    make: () =>
      legacy(
        joinBytes([repeat(joinBytes([raw("}"), text("k")]), 100_000), raw("N"), repeat(raw("s"), 100_000)]),
        raw("]"),
      ),
  },
  { name: "empty.pth", make: () => raw("") },
  { name: "one-byte.pth", make: () => raw("\x80") },
  { name: "only-an-end-record.pth", make: () => joinBytes([raw("PK\x05\x06"), new Uint8Array(18)]) },
];
