import type { Component } from "./frame.ts";

/** A component's coefficients, and how much of them is known. */
export interface ProgressiveComponent {
  component: Component;
  /** `[padded rows, padded columns, 8, 8]`. */
  coefficients: Int16Array;
  quantization: Uint16Array;
  /** By place in zigzag order: the lowest bit that is known, or −1. */
  lowestBits: Int8Array;
}
