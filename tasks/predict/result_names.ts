import { imageExtension } from "lib/datasets/layouts/image_name.ts";

/** A place without the extension of an image. */
function withoutExtension(place: string): string {
  const extension = imageExtension(place) || /\.[^./\\]*$/.exec(place)?.[0] || "";
  return place.slice(0, place.length - extension.length);
}

/** What of a name tells results apart on every disk: neither capitals nor a page's number. */
function key(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/#\d+$/, "");
}

/**
 * The paths of results below the output folder, without `_mask.png`: the images' own, without their extension. Where two
 * images of a folder differ by nothing else (`a.png` and `a.tif`; capitals and a page's number do not count), the
 * extension stays: `a.png_mask.png`.
 *
 * @param places the images' paths below the folder that they share
 */
export function resultNames(places: readonly string[]): string[] {
  const names = places.map(withoutExtension);
  // An extension that stays can make a name that another image has without its own: `a.png`, `a.tif` and `a.png.png`.
  for (;;) {
    const counts = Map.groupBy(names, key);
    const shared = names.flatMap((name, i) => counts.get(key(name))!.length > 1 && name !== places[i] ? [i] : []);
    if (shared.length === 0) return names;
    for (const i of shared) names[i] = places[i];
  }
}
