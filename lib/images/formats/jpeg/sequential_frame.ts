import { ArithmeticDecoder } from "./arithmetic_decoder.ts";
import type { BlockDecoder } from "./block_decoder.ts";
import type { EntropyData } from "./entropy_data.ts";
import type { Component, Frame } from "./frame.ts";
import { checkAllSeen, type FrameDecoder, huffmanTable, quantizationTable } from "./frame_decoder.ts";
import { HuffmanSequential } from "./huffman_sequential.ts";
import { chooseInverseDct } from "./inverse_dct.ts";
import { makePlane, type Plane } from "./plane.ts";
import type { Scan } from "./scan.ts";
import { layOut, walkScan } from "./scan_walk.ts";
import type { Tables } from "./tables.ts";
import { DamagedError } from "../damaged_error.ts";

/** Decodes a baseline or extended sequential frame: each block is transformed as soon as it is decoded. */
export class SequentialFrame implements FrameDecoder {
  readonly #planes = new Map<Component, Plane>();

  constructor(private readonly frame: Frame) {}

  get complete(): boolean {
    return this.#planes.size === this.frame.components.length;
  }

  decodeScan(scan: Scan, data: EntropyData, tables: Tables): void {
    const { frame } = this, inverseDct = chooseInverseDct(frame.bits);
    const block = new Int16Array(64);
    const targets = scan.components.map(({ component }) => {
      if (this.#planes.has(component)) {
        throw new DamagedError(`its component ${component.index + 1} occurs twice: it is damaged`);
      }
      const quantization = quantizationTable(tables, component), plane = makePlane(frame, component);
      this.#planes.set(component, plane);
      return { component, quantization, plane };
    });
    const decoder: BlockDecoder = frame.arithmetic
      ? new ArithmeticDecoder(data.bytes, scan, tables, false)
      : new HuffmanSequential(
        data.bytes,
        scan.components.map(({ dcTable }) => huffmanTable(tables.dc, dcTable, 15)),
        scan.components.map(({ acTable }) => huffmanTable(tables.ac, acTable)),
      );
    walkScan(frame, layOut(frame, scan), data, tables.restartInterval, decoder, (index, row, column) => {
      block.fill(0);
      decoder.decode(index, block, 0);
      const { quantization, plane: { data: samples, stride } } = targets[index];
      inverseDct(block, 0, quantization, samples, row * 8 * stride + column * 8, stride);
    });
  }

  finish(): Plane[] {
    checkAllSeen(this.frame, this.#planes);
    return this.frame.components.map((component) => this.#planes.get(component)!);
  }
}
