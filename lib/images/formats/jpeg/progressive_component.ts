import type { Component } from "./frame.ts";

/** A component's coefficients, and the bits of them that are known. */
export interface ProgressiveComponent {
  component: Component;
  /** `[padded rows, padded columns, 8, 8]`. */
  coefficients: Int16Array;
  quantization: Uint16Array;
  /** By index in zigzag order: the lowest known bit, or −1. */
  lowestBits: Int8Array;
}
