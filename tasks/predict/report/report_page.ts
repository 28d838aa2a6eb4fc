import type { Outcome } from "../segment_file.ts";

export async function* reportPage(_output: string, _outcome: Outcome): AsyncGenerator<string> {
  yield await Promise.resolve("");
}
