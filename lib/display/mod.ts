/**
 * Tables, sentences and progress bars, in a notebook or a terminal.
 * @module
 */
export { progressBar } from "./progress_bar.ts";
export { markdown } from "./markdown.ts";
export { statement } from "./statement.ts";
export { table } from "./table.ts";
