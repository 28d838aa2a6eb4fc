import { count } from "../../io/count.ts";

/** Extensions of files that are obviously not images: texts, tables, weights. */
const TEXT =
  /\.(txt|md|rst|csv|tsv|json|geojson|xml|ya?ml|toml|html?|pdf|log|docx?|xlsx?|odt|ods|ini|cfg|py|ipynb|m|r|sh|db|safetensors)$/i;
const MICROSCOPE = /\.(czi|nd2|lif|lsm|oib|oif|oir|vsi|svs|ndpi|mrxs|scn|ims|dv|zvi|stk|flex|qptiff|r3d)$/i;
const PACKED = /\.(gz|bz2|xz|zst|zip|7z|rar|tar|tgz)$/i;
const NAMELESS = "without an image's extension";

/** Returns the extension that shows a file's format. */
function fileKind(name: string): string {
  return /(_seg\.npy|\.ome\.zarr|\.\w{1,5}\.(?:gz|bz2|xz|zst|zip)|\.[a-z]\w{0,7})$/i.exec(name)?.[0].toLowerCase() ??
    NAMELESS;
}

/** Advises how to make a file readable. */
function remedy(name: string, them: "them" | "it" = "them"): string {
  if (/_seg\.npy$/i.test(name)) return "let Cellpose save the masks as PNG or TIFF";
  if (PACKED.test(name)) return `unpack ${them}`;
  if (MICROSCOPE.test(name)) return `save ${them} as TIFF, with Fiji for example`;
  if (fileKind(name) === NAMELESS) {
    return "add the extension of its format, such as .png or .tif, to the name of each image";
  }
  return `save ${them} as PNG or TIFF`;
}

/** Returns whether an unread file may be an image; texts and tables are not. */
export function mayBeImage(name: string): boolean {
  return !TEXT.test(name);
}

/** Describes an unread file and the solution, as the end of a sentence. */
export function unreadReason(name: string): string {
  return `which is not read: ${remedy(name, "it")}`;
}

/**
 * Notes in one sentence the files of a folder that are not read, with counts by format and solutions:
 * `3 files in images are not read: 2 .npy, 1 .gif: save them as PNG or TIFF`.
 *
 * @returns `undefined` if there are only texts and tables
 */
export function unreadNote(folder: string, others: readonly string[]): string | undefined {
  const files = others.filter(mayBeImage);
  if (files.length === 0) return undefined;
  const [first] = files;
  if (files.length === 1) return `1 file in ${folder} is not read: ${first}: ${remedy(first, "it")}`;
  const parts = [...Map.groupBy(files, (name) => remedy(name))].map(([way, names]) => {
    const kinds = [...Map.groupBy(names, fileKind)].map(([kind, { length }]) => `${length} ${kind}`);
    return `${kinds.join(", ")}: ${way}`;
  });
  return `${count(files.length, "file")} in ${folder} are not read: ${parts.join("; ")}`;
}
