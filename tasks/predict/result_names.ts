import { imageExtension } from "lib/datasets/layouts/image_name.ts";

/** Returns a path without the extension of an image. */
function withoutExtension(place: string): string {
  const extension = imageExtension(place) || /\.[^./\\]*$/.exec(place)?.[0] || "";
  return place.slice(0, place.length - extension.length);
}

/** Returns the part of a name that distinguishes results on every disk: without capitals and page numbers. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/#\d+$/, "");
}

/**
 * Returns the paths of results below the output folder, without `_mask.png`: the paths of the images without their
 * extension. If two images of a folder differ only in it (`a.png` and `a.tif`; capitals and page numbers do not count),
 * the extension stays: `a.png_mask.png`.
 *
 * @param places paths of the images below their common folder
 */
export function resultNames(places: readonly string[]): string[] {
  const names = places.map(withoutExtension);
  // A name that keeps its extension can equal another name without extension: `a.png`, `a.tif` and `a.png.png`.
  for (;;) {
    const counts = Map.groupBy(names, nameKey);
    const shared = names.flatMap((name, i) => counts.get(nameKey(name))!.length > 1 && name !== places[i] ? [i] : []);
    if (shared.length === 0) return names;
    for (const i of shared) names[i] = places[i];
  }
}
