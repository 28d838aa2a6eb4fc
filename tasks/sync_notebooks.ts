/** Copies the cells of notebook 02 to the notebooks 03 to 05, which differ only in the heading and in one parameter. */
import { join } from "node:path";
import { replaceText } from "lib/io/replace_file.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { FOLLOWERS, followSource, SOURCE } from "./notebooks/one_source.ts";

const folder = join(projectFolder(), "notebooks");
const source = await Deno.readTextFile(join(folder, SOURCE));
for (const name of FOLLOWERS) {
  const path = join(folder, name), text = await Deno.readTextFile(path), wanted = followSource(source, text);
  if (wanted !== text) await replaceText(path, wanted);
  console.log(`${name}: ${wanted === text ? "unchanged" : "updated"}`);
}
