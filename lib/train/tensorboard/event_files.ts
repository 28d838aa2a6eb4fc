import { join } from "node:path";
import { readRecords } from "../../io/tf_record.ts";
import { readEvent } from "./event.ts";

/** TensorBoard reads files with `tfevents` in their names, in the order of these seconds. */
const NAME = /^events\.out\.tfevents\.(\d{10})\.curves$/;

/** Returns whether this is the name of a file with events. */
export const isEventFile = (name: string) => NAME.test(name);

/** Lists the files with events in a run's folder, oldest first. */
export async function listEventFiles(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  return names.filter(isEventFile).sort();
}

/** Names a file that TensorBoard reads after all others, also within the same second or if the clock was set back. */
export function nextEventFile(names: readonly string[], seconds: number): string {
  const last = Number(names.at(-1)?.match(NAME)?.[1] ?? 0);
  return `events.out.tfevents.${String(Math.max(Math.floor(seconds), last + 1)).padStart(10, "0")}.curves`;
}

/** Reads the events in the files of a run, oldest file first, each up to a damaged end. */
async function readEventFiles(folder: string) {
  return await Promise.all((await listEventFiles(folder)).map(async (name) => {
    const path = join(folder, name), bytes = await Deno.readFile(path);
    return {
      path,
      size: bytes.length,
      events: Array.from(readRecords(bytes), (each) => ({ ...each, ...readEvent(each.data) })),
    };
  }));
}

/** Returns the steps of the events with values in the files of a run, in the order of writing. */
export async function readEventSteps(folder: string): Promise<number[]> {
  const files = await readEventFiles(folder);
  return files.flatMap(({ events }) => events.filter(({ hasValues }) => hasValues).map(({ step }) => step));
}

/**
 * Removes the events after a step, and a damaged end, from the files of a run.
 *
 * @param step the last step that the training has completed
 * @returns the last step whose events are all kept: 0 if there are none. It is less than `step`, because the events of the
 * last step may be incomplete
 */
export async function cutEvents(folder: string, step: number): Promise<number> {
  const files = await readEventFiles(folder);
  const known = files.flatMap(({ events }) => events.filter(({ hasValues }) => hasValues).map((event) => event.step));
  const kept = Math.max(0, Math.min(step, known.at(-1) ?? 0) - 1);
  // The file with the first removed event; later ones have none that stays.
  let isCut = false;
  for (const { path, size, events } of files) {
    const first: number = isCut ? 0 : events.findIndex((event) => event.step > kept);
    const end = first < 0 ? events.at(-1)?.end ?? 0 : events[first]?.start ?? 0;
    isCut ||= first >= 0;
    const isEmpty = !events.some(({ hasValues, end: last }) => hasValues && last <= end);
    if (isEmpty) await Deno.remove(path);
    else if (end < size) await Deno.truncate(path, end);
  }
  return kept;
}
