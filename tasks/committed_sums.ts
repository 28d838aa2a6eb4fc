/**
 * Writes `results/committed/SHA256SUMS`, the checksums of the records of earlier versions that come with the project.
 * Run it after they change.
 *
 *     deno run -A tasks/committed_sums.ts
 */
import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { replaceText } from "lib/io/replace_file.ts";
import { COMMITTED_SUMS } from "lib/runs/committed_sums.ts";

/** The folders of the studies of earlier versions. Later records have a digest inside. */
const STUDIES = ["../../tests/fixtures/earlier-study/quick", "dsb2018_fluo"];

/** Returns the paths of the records below a folder, sorted. */
function records(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? records(path) : /^(run|diverged|analysis|grid|study)\.json$/.test(name) ? [path] : [];
  }).sort();
}

/** Returns the content of the file of checksums for the current records. */
export function committedSums(): string {
  const root = dirname(COMMITTED_SUMS);
  const lines = STUDIES.flatMap((study) => records(join(root, study))).map((path) => {
    const sum = createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
    return `${sum}  ${relative(root, path)}\n`;
  });
  return lines.join("");
}

if (import.meta.main) await replaceText(COMMITTED_SUMS, committedSums());
