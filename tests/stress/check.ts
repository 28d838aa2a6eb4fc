/** What a check is asked to do. */
export interface StressOptions {
  /** Repetitions, 1 or more. */
  count: number;
  /** The same seed makes the same kills, flips and files. */
  seed: number;
  /** Called with the share that is done, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** What a check found. */
export interface StressResult {
  name: string;
  /** What has to hold, in a sentence. */
  bar: string;
  passed: boolean;
  /** What was done and what went wrong, such as `{ kills: 100, lost: 0 }`. */
  counts: Record<string, number>;
  /** What failed, and how to repeat it. */
  notes: string[];
}

/** A module of this folder that is a check. */
export interface StressModule {
  run(options: StressOptions): Promise<StressResult>;
}

/** A check and how often the full test repeats it. */
export interface StressCheck {
  count: number;
  load(): Promise<StressModule>;
}

/** A module that is loaded only when its check runs: some open TensorFlow. */
const check = (name: string, count: number): [string, StressCheck] => [
  name,
  { count, load: () => import(new URL(`./${name}.ts`, import.meta.url).href) },
];

/** All checks, in the order in which they run. */
export const CHECKS: Readonly<Record<string, StressCheck>> = Object.fromEntries([
  check("stop_cells", 33),
  check("predict_kills", 20),
  check("kills", 100),
  check("flips", 5000),
  check("weights_files", 3000),
  check("damaged_images", 3000),
  check("run_all", 500),
]);
