import { shellWord } from "../io/shell_word.ts";
import type { DataSource } from "../runs/grid/process_messages.ts";

/** Returns the words of a command line with which a command reads a study's images, such as `--data /lab/images`. */
export function sourceOptions({ folder, groups, skipBad, channels, runs, allowOutside }: DataSource): string[] {
  return [
    ...(folder ? ["--data", shellWord(folder)] : []),
    ...(groups ? ["--groups", shellWord(groups)] : []),
    ...(skipBad ? ["--skip-bad"] : []),
    ...(channels ? ["--channels", channels.join(",")] : []),
    ...(runs ? ["--runs", runs] : []),
    ...(allowOutside ? ["--allow-outside"] : []),
  ];
}
