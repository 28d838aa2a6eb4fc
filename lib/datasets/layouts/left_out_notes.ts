import { basename } from "node:path";
import { count } from "../../io/count.ts";
import { findImages, type FolderFiles } from "./image_files.ts";
import { unreadNote } from "./unread_files.ts";

/** Makes notes on the contents of a folder that are not read: other formats, broken links, subfolders with images. */
export async function leftOutNotes(
  folder: string,
  { others, broken, folders }: Pick<FolderFiles, "others" | "broken" | "folders">,
): Promise<string[]> {
  const notes: string[] = [];
  const unread = unreadNote(folder, others);
  if (unread) notes.push(unread);
  for (const name of broken) notes.push(`${folder}/${name} is left out: it is a broken link`);
  for (const path of folders) {
    const inside = (await findImages(path)).images.length;
    if (inside > 0) {
      notes.push(`The subfolder ${basename(path)} of ${folder} is left out, with ${count(inside, "image")}`);
    }
  }
  return notes;
}
