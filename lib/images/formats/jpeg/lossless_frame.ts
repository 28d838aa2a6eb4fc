import type { EntropyData } from "./entropy_data.ts";
import type { Component, Frame } from "./frame.ts";
import { checkAllSeen, type FrameDecoder, huffmanTable } from "./frame_decoder.ts";
import { decodeLosslessScan } from "./lossless_scan.ts";
import { makePlane, type Plane } from "./plane.ts";
import type { Scan } from "./scan.ts";
import type { Tables } from "./tables.ts";
import { DamagedError } from "../damaged_error.ts";

/** Decodes a lossless frame, in which samples are predicted from their neighbours. */
export class LosslessFrame implements FrameDecoder {
  readonly #planes = new Map<Component, Plane>();

  constructor(private readonly frame: Frame) {}

  get complete(): boolean {
    return this.#planes.size === this.frame.components.length;
  }

  decodeScan(scan: Scan, data: EntropyData, tables: Tables): void {
    const { frame } = this;
    const planes = scan.components.map(({ component }) => {
      if (this.#planes.has(component)) {
        throw new DamagedError(`its component ${component.index + 1} occurs twice: it is damaged`);
      }
      const plane = makePlane(frame, component);
      this.#planes.set(component, plane);
      return plane;
    });
    const codes = scan.components.map(({ dcTable }) => huffmanTable(tables.dc, dcTable, 16));
    decodeLosslessScan(frame, scan, data, tables.restartInterval, codes, planes);
  }

  finish(): Plane[] {
    checkAllSeen(this.frame, this.#planes);
    return this.frame.components.map((component) => this.#planes.get(component)!);
  }
}
