import { relative } from "node:path";
import { folderRole } from "./folder_role.ts";
import { joinParts, type PartListing } from "./join_parts.ts";
import type { Listing } from "./layout.ts";

/** Returns the first folder of a source's path below `root`, if its name is that of a part. */
function partFolder(path: string, root: string): string | undefined {
  const [top, ...rest] = relative(root, path).split("/");
  const role = rest.length > 0 ? folderRole(top) : undefined;
  return role?.part && !role.content ? top : undefined;
}

/**
 * Uses the subfolders `train`, `val` and `test` of a folder of images as predefined parts, if every image without a
 * problem is in one of them. A source with a problem, such as a mask without an image, may be elsewhere and then has no
 * part.
 *
 * @param roots folders of the images and of the masks
 */
export function splitByFolder({ sources, notes }: Listing, roots: readonly string[]): Listing {
  const byFolder = Map.groupBy(
    sources,
    ({ path }) => roots.map((root) => partFolder(path, root)).find((folder) => folder !== undefined),
  );
  const elsewhere = byFolder.get(undefined) ?? [];
  if (byFolder.size === 0 || elsewhere.some(({ problem }) => !problem)) return { sources, notes };
  byFolder.delete(undefined);
  const parts = [...byFolder].map(([folder, members]): PartListing => ({
    part: folderRole(folder!)!.part!,
    name: folder!,
    sources: members.map((source) => ({ ...source, id: source.id.slice(folder!.normalize("NFC").length + 1) })),
    notes: [],
  }));
  const joined = joinParts(parts);
  return { sources: [...joined.sources, ...elsewhere], notes: [...joined.notes, ...notes] };
}
