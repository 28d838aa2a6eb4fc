import { DatasetError } from "../dataset.ts";
import { listFolder } from "./folder_entries.ts";
import { type FolderRole, folderRole, type Part } from "./folder_role.ts";

/** A subfolder whose content is recognised by its name. */
export interface RoleFolder extends FolderRole {
  name: string;
  path: string;
}

/** Lists the subfolders whose content is recognised by their names. */
export async function roleFolders(folder: string): Promise<RoleFolder[]> {
  return (await listFolder(folder)).flatMap(({ name, path, kind }) => {
    const role = kind === "folder" ? folderRole(name) : undefined;
    return role ? [{ name, path, ...role }] : [];
  });
}

function chooseFolder(candidates: readonly RoleFolder[]): RoleFolder {
  const [first, second] = candidates.toSorted((a, b) => a.rank - b.rank);
  if (second && first.rank === second.rank) {
    throw new DatasetError(
      `${first.path} and ${second.path} could both contain the ${first.content}: ` +
        (first.part ? "remove one of them" : `name the right one ${first.content}, or remove the other`),
    );
  }
  return first;
}

/**
 * Chooses the folder of images and the folder of masks of a part, or returns `undefined` if one of them is missing.
 *
 * @param part the part; `undefined` for the whole data set
 * @throws {DatasetError} if the choice is ambiguous.
 */
export function chooseFolders(
  folders: readonly RoleFolder[],
  part?: Part,
): { images: RoleFolder; masks: RoleFolder } | undefined {
  const candidates = (content: "images" | "masks") =>
    folders.filter((folder) => folder.content === content && folder.part === part);
  const images = candidates("images"), masks = candidates("masks");
  if (images.length === 0 || masks.length === 0) return undefined;
  return { images: chooseFolder(images), masks: chooseFolder(masks) };
}

/** Chooses the folder of masks if there are neither folders of images nor parts. */
export function chooseMasks(folders: readonly RoleFolder[]): RoleFolder | undefined {
  const isMasks = ({ content, part }: RoleFolder) => content === "masks" && part === undefined;
  return folders.length > 0 && folders.every(isMasks) ? chooseFolder(folders) : undefined;
}

/** Notes the folders of a data set that are not read, if any. */
export function unusedNote(folders: readonly RoleFolder[], used: readonly RoleFolder[]): string[] {
  const rest = folders.filter((folder) => !used.includes(folder)).map(({ name }) => name);
  if (rest.length === 0) return [];
  const read = used.map(({ name }) => name).join(" and ");
  return [`${rest.join(", ")} ${rest.length === 1 ? "is" : "are"} left out: ${read} are read`];
}
