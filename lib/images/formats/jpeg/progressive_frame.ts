import { ArithmeticDecoder } from "./arithmetic_decoder.ts";
import { smoothBlock, smoothingHelps } from "./block_smoothing.ts";
import type { EntropyData } from "./entropy_data.ts";
import type { Component, Frame } from "./frame.ts";
import { checkAllSeen, type FrameDecoder, huffmanTable, quantizationTable } from "./frame_decoder.ts";
import { HuffmanProgressive } from "./huffman_progressive.ts";
import { chooseInverseDct } from "./inverse_dct.ts";
import { makePlane, type Plane } from "./plane.ts";
import type { ProgressiveComponent } from "./progressive_component.ts";
import type { Scan } from "./scan.ts";
import { layOut, walkScan } from "./scan_walk.ts";
import type { Tables } from "./tables.ts";

/** Maximum number of blocks in all scans together: a multiple of the frame's blocks, plus a constant. */
const MAX_VISITS = 20, FREE_VISITS = 1e7;
const MAX_SCANS = 1000;

/** Decodes a progressive frame: coefficients are collected from all scans, then transformed. */
export class ProgressiveFrame implements FrameDecoder {
  readonly #components = new Map<Component, ProgressiveComponent>();
  /** Never complete: only the end of the image shows that no scan follows. */
  readonly complete = false;
  #visits = 0;
  #scans = 0;

  constructor(private readonly frame: Frame) {}

  decodeScan(scan: Scan, data: EntropyData, tables: Tables): void {
    const { frame } = this, layout = layOut(frame, scan);
    this.#countVisits(scan);
    const targets = scan.components.map(({ component }) => this.#target(component, tables));
    const decoder = frame.arithmetic
      ? new ArithmeticDecoder(data.bytes, scan, tables, true)
      : new HuffmanProgressive(data.bytes, scan, this.#huffmanTables(scan, tables));
    walkScan(frame, layout, data, tables.restartInterval, decoder, (index, row, column) => {
      const { component, coefficients } = targets[index];
      decoder.decode(index, coefficients, (row * component.paddedColumns + column) * 64);
    });
    for (const { lowestBits } of targets) lowestBits.fill(scan.low, scan.first, scan.last + 1);
  }

  #huffmanTables({ first, high, components }: Scan, { dc, ac }: Tables) {
    // Refined DC coefficients have no codes.
    if (first === 0) return high === 0 ? components.map(({ dcTable }) => huffmanTable(dc, dcTable, 15)) : [];
    return components.map(({ acTable }) => huffmanTable(ac, acTable));
  }

  #target(component: Component, tables: Tables): ProgressiveComponent {
    let target = this.#components.get(component);
    if (!target) {
      target = {
        component,
        coefficients: new Int16Array(component.paddedColumns * component.paddedRows * 64),
        quantization: quantizationTable(tables, component),
        lowestBits: new Int8Array(64).fill(-1),
      };
      this.#components.set(component, target);
    }
    return target;
  }

  /** Limits the work: scans take much time but few bytes, so that a small file could take hours. */
  #countVisits({ components }: Scan): void {
    const blocks = (all: Component[]) => all.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
    this.#visits += blocks(components.map(({ component }) => component));
    this.#scans++;
    if (this.#scans > MAX_SCANS || this.#visits > MAX_VISITS * blocks(this.frame.components) + FREE_VISITS) {
      throw new Error("it has far more progressive scans than a picture needs: save it as PNG");
    }
  }

  finish(): Plane[] {
    const { frame } = this;
    checkAllSeen(frame, this.#components);
    const all = frame.components.map((component) => this.#components.get(component)!);
    for (const { component, lowestBits } of all) {
      if (lowestBits[0] < 0) {
        throw new Error(
          `it contains no mean levels for its component ${component.index + 1}: copy it again from its source`,
        );
      }
    }
    const smooth = smoothingHelps(all);
    return all.map((target) => {
      const plane = this.#transform(target, smooth);
      this.#components.delete(target.component);
      return plane;
    });
  }

  #transform(target: ProgressiveComponent, smooth: boolean): Plane {
    const { component: { rows, columns, paddedColumns }, coefficients, quantization } = target;
    const inverseDct = chooseInverseDct(this.frame.bits);
    const plane = makePlane(this.frame, target.component), { data, stride } = plane;
    const block = new Int16Array(64);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const to = row * 8 * stride + column * 8;
        const at = (row * paddedColumns + column) * 64;
        if (smooth) {
          smoothBlock(target, row, column, block);
          inverseDct(block, 0, quantization, data, to, stride);
        } else inverseDct(coefficients, at, quantization, data, to, stride);
      }
    }
    return plane;
  }
}
