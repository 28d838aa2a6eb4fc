/**
 * Makes the data of the world "mixed kinds": one folder of fluorescence, stained, brightfield and phase contrast images, with a
 * manifest that names each image's modality and group. The four sets are those of the development data: images/ and masks/ with
 * equal names, and a table of groups (columns id, set, mosaic_group) beside them. An image without a line is a group of its own.
 *
 *     deno run -A bench/mixed_kinds.ts SETS_FOLDER --to FOLDER
 *     deno task study --grid results/committed/mixed-kinds/grid.json --data FOLDER --results RESULTS
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Modality } from "lib/images/modality.ts";
import { readTable } from "lib/datasets/read_table.ts";
import { replaceText } from "lib/io/replace_file.ts";

const SETS: Record<string, Modality> = {
  dsb2018_fluo: "fluorescence",
  dsb2018_stained: "stained",
  dsb2018_brightfield_gray: "brightfield",
  usiigaci_phase: "phase",
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: "string" } } });
if (!positionals[0] || !values.to) throw new Error("Usage: mixed_kinds.ts SETS_FOLDER --to FOLDER");
const [from] = positionals, { to } = values;
const { rows } = await readTable(join(from, "dsb2018_groups.tsv"));
const groups = new Map(rows.map(([id, , group]) => [id, group]));

const images = [];
for (const [set, modality] of Object.entries(SETS)) {
  for (const part of ["images", "masks"]) await Deno.mkdir(join(to, set, part), { recursive: true });
  const names = [...Deno.readDirSync(join(from, set, "images"))].map(({ name }) => name).sort();
  for (const name of names) {
    const [image, mask] = ["images", "masks"].map((part) => join(set, part, name));
    for (const file of [image, mask]) await Deno.copyFile(join(from, file), join(to, file));
    const id = name.replace(/\.[^.]+$/, "");
    images.push({ id, image, mask, group: groups.get(id) ?? id, modality });
  }
}
await replaceText(join(to, "manifest.json"), JSON.stringify({ version: 1, images }, null, 1) + "\n");
console.log(`${images.length} images in ${to}`);
