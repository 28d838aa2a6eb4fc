import { imageExtension } from "lib/datasets/layouts/image_name.ts";

/** A place without the extension of an image. */
function withoutExtension(place: string): string {
  const extension = imageExtension(place) || /\.[^./\\]*$/.exec(place)?.[0] || "";
  return place.slice(0, place.length - extension.length);
}

/**
 * The paths of results below the output folder, without `_mask.png`: the images' own, without their extension. Where two
 * images of a folder differ by nothing else (`a.png` and `a.tif`; capitals and a page's number do not count), the
 * extension stays: `a.png_mask.png`.
 *
 * @param places the images' paths below the folder that they share
 */
export function resultNames(places: readonly string[]): string[] {
  const plain = places.map(withoutExtension);
  const key = (name: string) => name.normalize("NFC").toLowerCase().replace(/#\d+$/, "");
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(key(name), (counts.get(key(name)) ?? 0) + 1);
  return plain.map((name, i) => counts.get(key(name)) === 1 ? name : places[i]);
}
