import { relative } from "node:path";
import { folderRole } from "./folder_role.ts";
import { joinParts, type PartListing } from "./join_parts.ts";
import type { Listing } from "./layout.ts";

/** A source's part: the first folder on its way, if that is named like a part. */
function partFolder(path: string, root: string): string | undefined {
  const [top, ...rest] = relative(root, path).split("/");
  const role = rest.length > 0 ? folderRole(top) : undefined;
  return role?.part && !role.holds ? top : undefined;
}

/**
 * Takes the subfolders `train`, `val` and `test` of a folder of images for a split that exists already, if every image
 * lies in one of them.
 */
export function splitByFolder({ sources, notes }: Listing, root: string): Listing {
  const byFolder = Map.groupBy(sources, ({ path }) => partFolder(path, root));
  if (sources.length === 0 || byFolder.has(undefined)) return { sources, notes };
  const parts = [...byFolder].map(([folder, members]): PartListing => ({
    part: folderRole(folder!)!.part!,
    name: folder!,
    sources: members.map((source) => ({ ...source, id: source.id.slice(folder!.normalize("NFC").length + 1) })),
    notes: [],
  }));
  const joined = joinParts(parts);
  return { sources: joined.sources, notes: [...joined.notes, ...notes] };
}
