import type { Assembler, Memory, Register, Vector } from "../../../machine_code/mod.ts";

/** Pixels of a map, and the channels of each, a multiple of eight. */
export interface NormShape {
  pixels: number;
  channels: number;
  /** Whether the numbers of maps are bfloat16. Statistics, variables and sums are float32 always. Default: maps are float32 too */
  half?: boolean;
}

/** Numbers of a vector, and its bytes. */
export const NUMBERS = 8, VECTOR = 4 * NUMBERS;

/**
 * Pixels of a block, whose numbers are summed by themselves: then sums of many numbers stay accurate, and they do not depend
 * on how many threads share the blocks.
 */
export const BLOCK = 128;

/** Returns the number of blocks of a map. */
export function blocksOf(pixels: number): number {
  return Math.ceil(pixels / BLOCK);
}

/** Counters of blocks, of groups of channels and of pixels. */
export const BLOCK_COUNTER = "rcx", GROUP_COUNTER = "rax", PIXEL_COUNTER = "rdx";

/** Returns how many vectors of channels are computed at once: as many as divide the channels, at most `most`. */
export function vectorsAtOnce(channels: number, most: 2 | 4): number {
  return [4, 2, 1].find((vectors) => vectors <= most && channels % (vectors * NUMBERS) === 0)!;
}

/** Returns the bytes of a number of a map. */
export function numberBytes({ half }: Pick<NormShape, "half">): number {
  return half ? 2 : 4;
}

/** Writes code that reads and writes vectors of maps, at the registers that {@linkcode forBlocks} moves on. */
export interface MapAccess {
  load(to: Vector, map: Register, pixel: number, vector: number): void;
  /** Returns the vector as the last operand of an instruction: in memory, or in 16 bits in a register, which it overwrites. */
  operand(map: Register, pixel: number, vector: number, register: Vector): Vector | Memory;
  /** @param parts registers that it overwrites in 16 bits */
  store(map: Register, pixel: number, vector: number, from: Vector, parts: readonly [Vector, Vector]): void;
}

/** Returns what writes the code for a map in 32 or 16 bits. */
export function mapAccess(assembler: Assembler, shape: NormShape): MapAccess {
  const { channels, half } = shape, bytes = numberBytes(shape);
  const at = (base: Register, pixel: number, vector: number): Memory => ({
    base,
    offset: bytes * (channels * pixel + NUMBERS * vector),
  });
  const load: MapAccess["load"] = (to, ...place) =>
    half ? assembler.loadBfloat16(to, at(...place)) : assembler.load(to, at(...place));
  return {
    load,
    operand: (map, pixel, vector, register) => {
      if (!half) return at(map, pixel, vector);
      load(register, map, pixel, vector);
      return register;
    },
    store: (map, pixel, vector, from, parts) => {
      if (half) assembler.storeBfloat16(at(map, pixel, vector), from, parts);
      else assembler.store(at(map, pixel, vector), from);
    },
  };
}

/** Returns registers that follow one another. */
export function registers(first: Vector, count: number): Vector[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** What the loops of {@linkcode forBlocks} move on. */
interface Places {
  /** Registers with the addresses of maps: those of the current pixel and channel. */
  maps: readonly Register[];
  /** Addresses of numbers for each channel, which begin anew in each block. */
  perChannel?: readonly Register[];
  /** Addresses of numbers for each channel of each block, and the bytes of a block. */
  perBlock?: readonly { register: Register; bytes: number }[];
  /** Vectors of a group of channels. */
  vectors: number;
}

/** Writes a loop over pixels, with the code of `atOnce` pixels in its body. */
export type ForPixels = (atOnce: number, pixel: (index: number) => void) => void;

/**
 * Writes loops over blocks of pixels, and over groups of channels.
 *
 * @param body writes what is done with a group of a block of `count` pixels
 */
export function forBlocks(
  assembler: Assembler,
  { pixels, channels, half }: NormShape,
  { maps, perChannel = [], perBlock = [], vectors }: Places,
  body: (count: number, forPixels: ForPixels) => void,
): void {
  const row = 4 * channels, mapRow = numberBytes({ half }) * channels, numbers = vectors * NUMBERS;
  const advance = (places: readonly Register[], bytes: number) => {
    for (const place of places) assembler.advance(place, bytes);
  };
  const block = (count: number) => {
    assembler.repeat(GROUP_COUNTER, channels / numbers, () => {
      body(count, (atOnce, pixel) => {
        const several = (times: number) => {
          for (let index = 0; index < times; index++) pixel(index);
          advance(maps, times * mapRow);
        };
        assembler.repeat(PIXEL_COUNTER, Math.floor(count / atOnce), () => several(atOnce));
        if (count % atOnce) several(count % atOnce);
        advance(maps, -count * mapRow);
      });
      advance(maps, numbers * numberBytes({ half }));
      advance([...perChannel, ...perBlock.map(({ register }) => register)], 4 * numbers);
    });
    advance(maps, count * mapRow - mapRow);
    advance(perChannel, -row);
    for (const { register, bytes } of perBlock) assembler.advance(register, bytes - row);
  };
  assembler.repeat(BLOCK_COUNTER, Math.floor(pixels / BLOCK), () => block(BLOCK));
  if (pixels % BLOCK) block(pixels % BLOCK);
}

/** Bytes of the sums of a block: two for each channel. */
export function blockBytes(channels: number): number {
  return 2 * 4 * channels;
}

/** Writes a loop over the vectors of all channels. */
export function forChannels(
  assembler: Assembler,
  channels: number,
  addresses: readonly Register[],
  body: () => void,
): void {
  assembler.repeat(GROUP_COUNTER, channels / NUMBERS, () => {
    body();
    for (const address of addresses) assembler.advance(address, VECTOR);
  });
}
