import { printable } from "lib/display/printable.ts";
import { count } from "lib/io/count.ts";
import type { LeftOutMasks } from "./list_images.ts";

/** Lists the first paths, which suffice for a message. */
function firstPaths(paths: readonly string[]): string {
  return paths.slice(0, 3).map(printable).join(", ") + (paths.length > 3 ? ", …" : "");
}

/** Notes the masks that were left out, with one sentence for folders and one for files. */
export function masksNotes({ folders, files }: LeftOutMasks): string[] {
  const notes: string[] = [];
  if (folders.length) {
    const inside = folders.reduce((sum, folder) => sum + folder.count, 0);
    const shown = firstPaths(folders.map(({ path }) => path));
    notes.push(
      `Left out ${count(inside, "file")} in ${count(folders.length, "folder")} of masks: ${shown}. ` +
        "To segment masks too, name their folder",
    );
  }
  if (files.length) {
    const which = files.length === 1 ? "mask next to its image" : "masks next to their images";
    notes.push(`Left out ${files.length} ${which}: ${firstPaths(files)}. To segment masks too, name their files`);
  }
  return notes;
}
