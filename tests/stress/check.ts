/** Options of a check. */
export interface StressOptions {
  /** Repetitions, 1 or more. */
  count: number;
  /** Seed of the kills, flips and files. */
  seed: number;
  /** Called with the completed share, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** The result of a check. */
export interface StressResult {
  name: string;
  /** The requirement, in a sentence. */
  bar: string;
  passed: boolean;
  /** Counts of repetitions and failures, such as `{ kills: 100, lost: 0 }`. */
  counts: Record<string, number>;
  /** The failures, and how to repeat them. */
  notes: string[];
}

/** A module of this folder that is a check. */
export interface StressModule {
  run(options: StressOptions): Promise<StressResult>;
}

/** A check, and its number of repetitions in the full test. */
export interface StressCheck {
  count: number;
  load(): Promise<StressModule>;
}

/** Makes a check whose module is loaded only when it runs, as some modules open TensorFlow. */
const check = (name: string, count: number): [string, StressCheck] => [
  name,
  { count, load: () => import(new URL(`./${name}.ts`, import.meta.url).href) },
];

/** All checks, in the order in which they run. */
export const CHECKS: Readonly<Record<string, StressCheck>> = Object.fromEntries([
  check("stop_cells", 33),
  check("predict_kills", 20),
  check("round_trip", 1),
  check("many_images", 300),
  check("kills", 100),
  check("flips", 5000),
  check("weights_files", 3000),
  check("damaged_images", 3000),
  check("run_all", 500),
]);
