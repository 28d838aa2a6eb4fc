/// <reference lib="deno.worker" />
/** Measures the cells of one number of groups: the work of a thread of bench/coverage.ts. */
import { measureCells } from "./measure_cells.ts";
import type { Populations } from "./population.ts";

self.onmessage = ({ data }: MessageEvent<{ all: Populations; groups: number }>) =>
  self.postMessage(measureCells(data.all, data.groups));
