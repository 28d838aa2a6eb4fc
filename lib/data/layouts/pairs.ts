import { join } from "node:path";
import { DatasetError } from "../dataset.ts";
import { type ImageSource, isFolder, type Layout, listImages } from "./layout.ts";

/** `images/` and `masks/`, whose files pair by base name. */
export const pairs: Layout = {
  name: "pairs",
  async list(folder) {
    const [imageFolder, maskFolder] = [join(folder, "images"), join(folder, "masks")];
    if (!(await isFolder(imageFolder) && await isFolder(maskFolder))) return undefined;
    const images = await listImages(imageFolder), masks = await listImages(maskFolder);
    if (images.size === 0) throw new DatasetError(`${imageFolder} holds no PNG, TIFF, JPEG or BMP file`);
    const paired = [...images].map(([id, path]): ImageSource => {
      const mask = masks.get(id);
      if (mask) return { id, path, mask: { kind: "labels", path: mask } };
      const problem = `${path} has no mask: expected ${join(maskFolder, id)}.png`;
      return { id, path, mask: { kind: "missing" }, problem };
    });
    const orphans = [...masks].filter(([id]) => !images.has(id)).map(([id, path]): ImageSource => ({
      id,
      path,
      mask: { kind: "missing" },
      problem: `${path} has no image: expected ${join(imageFolder, id)}.png`,
    }));
    return [...paired, ...orphans];
  },
};
