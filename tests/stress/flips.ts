/**
 * Flips single bits in every kind of file of a results folder, and reads each file as the program does. The reader must
 * refuse the file by name, fall back with a warning, or return the stored value.
 *
 *     deno run -A tests/stress/flips.ts [--count 5000] [--seed 1]
 */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "lib/io/user_error.ts";
import { Random } from "lib/math/random.ts";
import { makeResultsFolder, type Reading, type StoredFile } from "./results_folder.ts";

/** The outcome of reading a damaged file. */
type Outcome = "refused" | "fell back" | "harmless" | "raw errors" | "silent";

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

async function readOutcome({ path, read, instead }: StoredFile, sound: Reading): Promise<[Outcome, string]> {
  const name = basename(path);
  let reading: Reading;
  try {
    reading = await read();
  } catch (error) {
    const { name: kind, message } = error as Error;
    const isNamed = error instanceof UserError && message.includes(name);
    return [isNamed ? "refused" : "raw errors", `${kind}: ${message.slice(0, 200)}`];
  }
  const warned = reading.warnings.some((warning) => warning.includes(name));
  if (isEqual(reading.value, sound.value) && (warned || reading.warnings.length === 0)) {
    return [warned ? "fell back" : "harmless", ""];
  }
  if (warned && instead.some((each) => isEqual(each, reading.value))) return ["fell back", ""];
  return ["silent", `the value differs from the stored one; warnings: ${reading.warnings.join("; ") || "none"}`];
}

/** Returns a damaged copy of a file's bytes, and a description of the damage. */
export type Damage = (bytes: Uint8Array, random: Random) => { bytes: Uint8Array; what: string };

/** Flips one bit, half of the time within the first 4096 bytes, where headers are. */
export const flipBit: Damage = (bytes, random) => {
  const reach = random.next() < 0.5 ? Math.min(4096, bytes.length) : bytes.length;
  const at = Math.floor(random.next() * reach), bit = Math.floor(random.next() * 8);
  const flipped = bytes.slice();
  flipped[at] ^= 1 << bit;
  return { bytes: flipped, what: `bit ${bit} of byte ${at} flipped` };
};

/** Truncates the file. */
export const truncate: Damage = (bytes, random) => {
  const length = Math.floor(random.next() * bytes.length);
  return { bytes: bytes.slice(0, length), what: `cut to ${length} of ${bytes.length} bytes` };
};

/** Options of {@linkcode damageFiles}. */
export interface DamageOptions {
  count: number;
  seed: number;
  damage: Damage;
  onProgress?: (done: number) => void;
}

/** Damages stored files one at a time, and counts the outcomes of reading them. */
export async function damageFiles(
  folder: string,
  { count, seed, damage, onProgress }: DamageOptions,
): Promise<{ counts: Record<Outcome, number>; notes: string[] }> {
  const files = await makeResultsFolder(folder);
  const counts: Record<Outcome, number> = { refused: 0, "fell back": 0, harmless: 0, "raw errors": 0, silent: 0 };
  const notes: string[] = [];
  const content = new Map<string, Uint8Array>();
  for (const { path } of files) content.set(path, await Deno.readFile(path));
  const sound = new Map<StoredFile, Reading>();
  for (const file of files) sound.set(file, await file.read());
  const random = new Random(seed);
  for (let i = 0; i < count; i++) {
    const file = files[i % files.length];
    const { bytes, what } = damage(content.get(file.path)!, random);
    await Deno.writeFile(file.path, bytes);
    const [outcome, note] = await readOutcome(file, sound.get(file)!);
    counts[outcome]++;
    if (outcome === "silent" || outcome === "raw errors") notes.push(`${basename(file.path)}, ${what}: ${note}`);
    await Deno.writeFile(file.path, content.get(file.path)!);
    // A reader that fell back has changed other files.
    if (outcome === "fell back") { for (const [path, bytes] of content) await Deno.writeFile(path, bytes); }
    onProgress?.((i + 1) / count);
  }
  return { counts, notes };
}

/** Runs the check for `deno task test:stress`. */
export async function run(
  { count, seed, onProgress }: { count: number; seed: number; onProgress?: (done: number) => void },
): Promise<{ name: string; bar: string; passed: boolean; counts: Record<string, number>; notes: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    const { counts, notes } = await damageFiles(folder, { count, seed, damage: flipBit, onProgress });
    return {
      name: "flips",
      bar: "No flipped bit in a results folder gives other numbers silently, or an error without a name",
      passed: counts.silent === 0 && counts["raw errors"] === 0,
      counts: { flips: count, ...counts },
      notes: notes.slice(0, 20),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "5000" }, seed: { type: "string", default: "1" } },
  });
  const report = await run({ count: Number(values.count), seed: Number(values.seed) });
  console.log(JSON.stringify(report, null, 1));
  Deno.exit(report.passed ? 0 : 1);
}
