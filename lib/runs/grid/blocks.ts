/** The block whose runs are a study's members. */
export const MAIN = "main";

/** Labels of what the profiles vary, by their blocks' names. A user's own blocks are shown by their names. */
const BLOCK_LABELS: Readonly<Record<string, string>> = {
  "training-length": "training length",
  "training-set-size": "training-set size",
  "label-noise": "label noise",
  "learning-rate": "learning rate",
  "output-prior": "output prior",
  "training-time": "training time",
  "batch-size": "batch size",
  sgd: "SGD",
};

/** A block's name as tables show it. */
export function blockLabel(name: string): string {
  return BLOCK_LABELS[name] ?? name;
}
