// @tags slow
import assert from "node:assert/strict";
import { constants, deflateRawSync, deflateSync } from "node:zlib";
import {
  type Block,
  CODECS,
  COMPRESSION_NAMES,
  refusalOfCompression,
  reverseBits,
} from "lib/images/formats/tiff/codecs/mod.ts";
import { decodeCcitt } from "lib/images/formats/tiff/codecs/ccitt.ts";
import { inflate } from "lib/images/formats/tiff/codecs/inflate.ts";
import { Random } from "lib/math/random.ts";
import fixtures from "../../../fixtures/tiff_codecs.json" with { type: "json" };

type Case = (typeof fixtures.cases)[number];

const base64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const ARRAYS = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** What a fixture's block holds, by the formula of make_codec_fixtures.py. */
function samples({ width, height, samples, bitsPerSample }: Block, dtype: keyof typeof ARRAYS): Uint8Array {
  const values = new ARRAYS[dtype](width * height * samples);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < samples; c++) {
        const value = (7 * x + 13 * y + 29 * c + (x * y) % 5) % 251 - (dtype.startsWith("i") ? 100 : 0);
        values[at++] = dtype === "i1" ? Math.floor(value / 2) : value;
      }
    }
  }
  assert.equal(values.BYTES_PER_ELEMENT * 8, bitsPerSample);
  return new Uint8Array(values.buffer);
}

function bilevel({ width, height }: Block): Uint8Array {
  const rowBytes = Math.ceil(width / 8), bytes = new Uint8Array(rowBytes * height);
  const blacken = (x: number, y: number) => bytes[y * rowBytes + (x >> 3)] |= 128 >> (x & 7);
  for (let y = 0; y < height; y++) {
    const start = width > 1000 ? (y < 64 ? y : 64 * (y - 63)) : (y * y) % width;
    const end = width > 1000 ? width : Math.min(width, start + 3 * y);
    for (let x = start; x < end; x++) blacken(x, y);
    if (width <= 1000 && y % 7 === 0) { for (let x = 0; x < width; x += 3) blacken(x, y); }
  }
  return bytes;
}

function unpack(test: Case): { block: Block; expected: Uint8Array; data: Uint8Array } {
  const block = { fillOrder: 1, t4Options: 0, t6Options: 0, size: 0, ...test.block };
  let expected: Uint8Array;
  if ("unpacked" in test && test.unpacked) expected = base64(test.unpacked);
  else if (block.bitsPerSample === 1) expected = bilevel(block);
  else if (block.width === 2800) expected = new Uint8Array(2800 * 2800);
  else {
    const dtype = "dtype" in test.block
      ? test.block.dtype as keyof typeof ARRAYS
      : block.bitsPerSample === 8
      ? "u1"
      : "u2";
    expected = samples(block, dtype);
  }
  block.size = expected.length;
  return { block, expected, data: base64(test.data) };
}

const decode = async (compression: number, data: Uint8Array, block: Partial<Block>) =>
  await CODECS[compression].decode(data, {
    size: 0,
    width: block.size ?? 0,
    height: 1,
    samples: 1,
    bitsPerSample: 8,
    fillOrder: 1,
    t4Options: 0,
    t6Options: 0,
    ...block,
  });

for (const test of fixtures.cases.filter(({ name }) => !name.startsWith("refused"))) {
  Deno.test(`${test.name} gives what was packed`, async () => {
    const { block, expected, data } = unpack(test);
    const decoded = await decode(test.compression, data, block);
    assert.equal(decoded.length, expected.length);
    const lossy = test.name.startsWith("lossy") ? 2 : 0;
    const other = decoded.findIndex((byte, i) => Math.abs(byte - expected[i]) > lossy);
    assert.equal(other, -1, `byte ${other} is ${decoded[other]}, not ${expected[other]}`);
  });
}

Deno.test("pictures that a library would decode wrongly are refused, with the way out", async () => {
  const messages = [
    /4 channels of 8 bits in one block, which is not supported: save it without compression, or with LZW or deflate/,
    /3 channels of 16 bits in one block, which is not supported: save it/,
    /leave 92 pixels without a value: save it without a mask/,
  ];
  const refused = fixtures.cases.filter(({ name }) => name.startsWith("refused"));
  assert.equal(refused.length, messages.length);
  for (const [i, test] of refused.entries()) {
    const { block, data } = unpack(test);
    await assert.rejects(decode(test.compression, data, block), messages[i]);
  }
});

Deno.test("data of another size, depth or number of channels than their block's are refused", async () => {
  for (
    const [name, compression] of [["lossless WebP of 3", 50001], ["j2k of 1 × u1", 34712], [
      "LERC of 1 × u1",
      34887,
    ]] as const
  ) {
    const { block, data } = unpack(fixtures.cases.find((test) => test.name.startsWith(name))!);
    await assert.rejects(decode(compression, data, { ...block, width: 38 }), /37 × 23 pixels, not 38 × 23/);
    await assert.rejects(decode(compression, data, { ...block, samples: 2 }), /channels/);
    await assert.rejects(decode(compression, data, { ...block, bitsPerSample: 16 }), /bits/);
  }
});

Deno.test("data cut off anywhere give a beginning of the block, or a sentence", async () => {
  const seen = new Set<number>();
  for (const test of fixtures.cases) {
    const { block, expected, data } = unpack(test);
    if (data.length > 1600 || block.fillOrder === 2 || test.name.startsWith("refused")) continue;
    seen.add(test.compression);
    const step = test.compression === 34712 ? 7 : 1;
    for (let length = 0; length < data.length; length += step) {
      try {
        const decoded = await decode(test.compression, data.slice(0, length), block);
        assert.ok(decoded.length <= expected.length, `${test.name}: ${decoded.length}`);
        if (test.name.startsWith("lossy")) continue;
        const other = decoded.findIndex((byte, i) => byte !== expected[i]);
        assert.equal(other, -1, `${test.name} of ${length} bytes: byte ${other} of ${decoded.length}`);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === "Error" && /^its /.test(error.message), `${error}`);
      }
    }
  }
  for (const compression of [2, 3, 4, 5, 8, 32773, 34712, 34887, 34925, 50000, 50001]) assert.ok(seen.has(compression));
});

Deno.test("damaged data end in a sentence or in as many bytes as were asked for", async () => {
  const random = new Random(17);
  for (const test of fixtures.cases) {
    const { block, data } = unpack(test);
    if (data.length > 4000) continue;
    for (let round = 0; round < 12; round++) {
      const damaged = data.slice();
      for (let i = 0; i < 4; i++) damaged[random.integer(damaged.length)] = random.integer(256);
      try {
        assert.ok((await decode(test.compression, damaged, block)).length <= block.size);
      } catch (error) {
        assert.ok(error instanceof Error && /^its /.test(error.message), `${test.name}: ${error}`);
      }
    }
  }
});

Deno.test("decoding stops where the block is full", async () => {
  const bomb = deflateSync(new Uint8Array(1 << 24));
  assert.equal((await decode(8, bomb, { size: 1000 })).length, 1000);
  const { consumed, state } = inflate(bomb.subarray(2), 1000);
  assert.ok(state === "full" && consumed < 200, `${state} after ${consumed} of ${bomb.length} bytes`);
  const zeros = unpack(fixtures.cases.find(({ name }) => name.startsWith("zeros"))!).data;
  assert.equal((await decode(5, zeros, { size: 1000 })).length, 1000);
  assert.equal((await decode(32773, new Uint8Array(1000).fill(0x81), { size: 300 })).length, 300);
  for (const prefix of ["lzma_encode", "zstd_encode"]) {
    const test = fixtures.cases.find(({ name }) => name.startsWith(prefix))!;
    const { data, expected } = unpack(test);
    assert.deepEqual(await decode(test.compression, data, { size: 100 }), expected.slice(0, 100));
  }
  // The frame's header says 4 GB.
  const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0);
  await assert.rejects(decode(50000, frame, { size: 100 }), /unpack to 4294967295 bytes, not 100/);
});

Deno.test("deflate gives what zlib packed, at every level and with every strategy", async () => {
  const random = new Random(5);
  const sources = [new Uint8Array(0), Uint8Array.of(7)];
  for (const top of [2, 17, 256]) {
    for (const length of [300, 70_000]) {
      sources.push(Uint8Array.from({ length }, (_, i) => i % 97 < 40 ? i % 7 : random.integer(top)));
    }
  }
  for (const source of sources) {
    for (const level of [0, 1, 6, 9]) {
      const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED];
      for (const strategy of strategies) {
        const packed = new Uint8Array(deflateSync(source, { level, strategy }));
        assert.deepEqual(await decode(8, packed, { size: source.length }), source);
      }
    }
  }
});

Deno.test("deflate is taken without its checksum and with bytes behind it, but not with a wrong checksum", async () => {
  const source = Uint8Array.from({ length: 500 }, (_, i) => (i * i) % 61);
  const packed = new Uint8Array(deflateSync(source));
  for (const cut of [1, 2, 3, 4]) assert.deepEqual(await decode(8, packed.slice(0, -cut), { size: 500 }), source);
  assert.deepEqual(await decode(8, Uint8Array.of(...packed, 1, 2, 3), { size: 500 }), source);
  // A block that is smaller than what was packed does not reach the checksum.
  for (let size = 0; size < 500; size += 7) {
    assert.deepEqual(await decode(8, packed, { size }), source.slice(0, size));
  }
  packed[packed.length - 1] ^= 1;
  await assert.rejects(decode(8, packed, { size: 500 }), /do not match their checksum/);
  await assert.rejects(decode(8, new Uint8Array(deflateRawSync(source)), { size: 500 }), /no zlib header/);
});

/** LZW's codes, packed. */
function packCodes(codes: readonly number[], lowestFirst: boolean): Uint8Array {
  const bits: number[] = [];
  let width = 9, next = 257;
  for (const code of codes) {
    for (let i = 0; i < width; i++) bits.push((code >> (lowestFirst ? i : width - 1 - i)) & 1);
    if (code === 256) [width, next] = [9, 257];
    else if (++next === (1 << width) - (lowestFirst ? 0 : 1) && width < 12) width++;
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) bytes[i >> 3] |= bit << (lowestFirst ? i & 7 : 7 - (i & 7));
  return bytes;
}

Deno.test("LZW of either bit order goes on with a full table, and a Clear empties it", async () => {
  const random = new Random(8);
  for (const lowestFirst of [false, true]) {
    // 5,000 codes: the table is full after 3,838; then its entries are used.
    const codes = [256], strings: number[][] = Array.from({ length: 256 }, (_, byte) => [byte]);
    strings.push([], []);
    const expected: number[] = [];
    let last: number[] | undefined;
    for (let i = 0; i < 5000; i++) {
      if (i === 4500) {
        codes.push(256);
        strings.length = 258;
        last = undefined;
      }
      const most = last && strings.length < 4096 ? strings.length + 1 : strings.length;
      let code = random.integer(most);
      if (code === 256 || code === 257) code = 65;
      const string = strings[code] ?? [...last!, last![0]];
      if (last && strings.length < 4096) strings.push([...last, string[0]]);
      codes.push(code);
      expected.push(...string);
      last = string;
    }
    const packed = packCodes([...codes, 257], lowestFirst);
    const decoded = await decode(5, packed, { size: expected.length });
    assert.deepEqual(decoded, Uint8Array.from(expected));
    const short = packCodes([...codes, 257], lowestFirst);
    assert.equal((await decode(5, short, { size: expected.length + 9 })).length, expected.length);
  }
  await assert.rejects(
    decode(5, packCodes([256, 65, 300], false), { size: 9 }),
    /contain the code 300 of 258 at byte 4 of 4/,
  );
});

Deno.test("PackBits repeats, copies, and passes over −128", async () => {
  // The example of Apple's Technical Note 1023.
  const packed = "fe aa 02 80 00 2a fd aa 03 80 00 2a 22 80 f7 aa".split(" ").map((byte) => parseInt(byte, 16));
  const expected = "aa aa aa 80 00 2a aa aa aa aa 80 00 2a 22" + " aa".repeat(10);
  const decoded = await decode(32773, Uint8Array.from(packed), { size: 24 });
  assert.deepEqual([...decoded], expected.split(" ").map((byte) => parseInt(byte, 16)));
});

/** Bits as bytes. */
function bits(text: string): Uint8Array {
  const digits = text.replaceAll(" ", "");
  return Uint8Array.from(
    { length: Math.ceil(digits.length / 8) },
    (_, i) => parseInt(digits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );
}

Deno.test("Group 3 is read with ends of lines and without, and what follows an end is white", () => {
  // White 3, black 2, white 3; black 8 after no white.
  const rows = "1000 11 1000" + "00110101 000101", end = "000000000001";
  const options = { width: 8, height: 2, coding: "group3" } as const;
  assert.deepEqual([...decodeCcitt(bits(rows), options)], [0b00011000, 0xff]);
  assert.deepEqual([...decodeCcitt(bits(end + "1000 11 1000" + "0000" + end + "00110101 000101"), options)], [
    0b00011000,
    0xff,
  ]);
  // Black 64 without the code of the 0 that is left.
  const unfinished = bits(end + "00110101 0000001111" + end + "00110101 0000001111 0000110111" + end);
  assert.ok(decodeCcitt(unfinished, { ...options, width: 64 }).every((byte) => byte === 0xff));
  assert.deepEqual([...decodeCcitt(bits(rows + end.repeat(6)), { ...options, height: 4 })], [0b00011000, 0xff, 0, 0]);
  assert.equal(decodeCcitt(bits(rows), { ...options, height: 4 }).length, 2);
  // A line that ends after white 3, black 2.
  const early = bits(end + "1000 11" + end + "00110101 000101" + end);
  assert.deepEqual([...decodeCcitt(early, options)], [0b00011000, 0xff]);
  assert.throws(
    () => decodeCcitt(bits("1000 11 1000" + end + "00110101 000101" + end), options),
    /have ends of lines, but none before the first row, in row 1 of 2/,
  );
});

Deno.test("Group 4 passes, moves changes and mixes in runs", () => {
  // Rows: white 2, black 3, white 3; the same; black moved by −2 and +3; nothing; then the end of the fax.
  const horizontal = "001 0111 10" + "1", same = "1 1 1", moved = "000010 0000011", pass = "0001";
  const fax = bits(horizontal + same + moved + pass + "000000000001 000000000001");
  assert.deepEqual(
    [...decodeCcitt(fax, { width: 8, height: 5, coding: "group4" })],
    [0b00111000, 0b00111000, 0b11111111, 0, 0],
  );
  const uncoded = bits(horizontal + "0000001111" + "1".repeat(20));
  assert.throws(
    () => decodeCcitt(uncoded, { width: 8, height: 2, coding: "group4" }),
    /contain pixels in T\.6's uncompressed mode.*, in row 2 of 2/,
  );
});

Deno.test("NeXT's rows are whole, spans, or runs", async () => {
  const rows = Uint8Array.of(0, 0x1b, 0xe4, 0x40, 0, 1, 0, 1, 0x05, 0x83, 0x02, 0x43);
  const decoded = await decode(32766, rows, { width: 8, height: 3, bitsPerSample: 2 });
  assert.deepEqual([...decoded], [0b00011011, 0b11100100, 0xff, 0x05, 0b10101000, 0b00010101]);
});

Deno.test("ThunderScan's rows are values, runs and steps", async () => {
  // 5; five more; steps of +1, 0 (skipped: 2), −1; steps of +3 and −3: seven, then nine pixels a row
  const rows = Uint8Array.of(0xc5, 0x02, 0b01_01_10_11, 0b10_011_101, 0xc1, 0x06);
  const decoded = await decode(32809, rows, { width: 7, height: 2, bitsPerSample: 4 });
  assert.deepEqual([...decoded], [0x55, 0x56, 0x58, 0x50, 0x11, 0x11, 0x11, 0x10]);
});

Deno.test("the bits of each byte are turned around, and back", () => {
  assert.deepEqual([...reverseBits(Uint8Array.of(1, 0b11010000))], [128, 0b00001011]);
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(reverseBits(reverseBits(bytes)), bytes);
});

Deno.test("a compression that is not read is refused by name, with the way out", () => {
  assert.equal(
    refusalOfCompression(22610),
    "its compression is JPEG XR (22610), which is not supported: save it without compression, or with LZW or deflate",
  );
  assert.match(refusalOfCompression(12345), /^its compression is the unknown 12345, which is not supported: save it/);
  for (const compression of Object.keys(CODECS)) assert.ok(COMPRESSION_NAMES[Number(compression)]);
});
