import { Assembler, type Vector } from "../../../machine_code/mod.ts";
import type { NormActivation } from "../batch_norm_options.ts";
import { forBlocks, mapAccess, type NormShape, registers, vectorsAtOnce } from "./norm_loops.ts";
import { rowAt, STATISTICS } from "./statistics_code.ts";

/** What follows a normalisation. */
export interface AfterNorm {
  /** Whether a map is added. */
  addend: boolean;
  activation?: NormActivation;
}

/**
 * Writes the code that normalises a map, perhaps adds another one, and perhaps applies an activation. Its arguments are the
 * addresses of the map, of the {@linkcode STATISTICS}, of the result, and of the map that is added.
 */
export function normalizeCode({ addend, activation, ...shape }: NormShape & AfterNorm): Uint8Array<ArrayBuffer> {
  const { channels, half } = shape, assembler = new Assembler(), vectors = vectorsAtOnce(channels, half ? 2 : 4);
  const [MAP, BATCH, RESULT, ADDEND] = ["rsi", "rdi", "r8", "r9"] as const, zero: Vector = 15, six: Vector = 14;
  const means = registers(0, vectors), factors = registers(4, vectors), offsets = registers(8, vectors);
  // In 16 bits there are half as many vectors at once, so that these registers are free.
  const parts = [2, 3] as const, added: Vector = 6, { load, operand, store } = mapAccess(assembler, shape);
  const maps = addend ? [MAP, RESULT, ADDEND] as const : [MAP, RESULT] as const;
  [MAP, BATCH, RESULT].forEach((register, i) => assembler.argument(register, i));
  if (addend) assembler.argument(ADDEND, 3);
  assembler.clear(zero);
  if (activation === "relu6") assembler.fill(six, 6);
  forBlocks(assembler, shape, { maps, perChannel: [BATCH], vectors }, (_, forPixels) => {
    for (let v = 0; v < vectors; v++) {
      assembler.load(means[v], rowAt(BATCH, channels, STATISTICS.mean, v));
      assembler.load(factors[v], rowAt(BATCH, channels, STATISTICS.factor, v));
      assembler.load(offsets[v], rowAt(BATCH, channels, STATISTICS.offset, v));
    }
    forPixels(8 / vectors, (pixel) => {
      for (let v = 0; v < vectors; v++) {
        const number = 12 + (pixel * vectors + v) % 2;
        load(number, MAP, pixel, v);
        assembler.subtract(number, number, means[v]);
        assembler.multiplyAdd(number, factors[v], offsets[v]);
        if (addend) assembler.add(number, number, operand(ADDEND, pixel, v, added));
        if (activation) assembler.maximum(number, zero, number);
        if (activation === "relu6") assembler.minimum(number, six, number);
        store(RESULT, pixel, v, number, parts);
      }
    });
  });
  return assembler.finish();
}
