import { basename, join } from "node:path";
import { type ImageSource, isFolder, type Layout, listFolder, listImages } from "./layout.ts";

/**
 * The 2018 Data Science Bowl's: `<id>/images/<id>.png` and `<id>/masks/*.png`, one mask per nucleus; all of it may
 * lie in `stage1_train/`.
 */
export const scienceBowl: Layout = {
  name: "science-bowl",
  async list(folder) {
    const inner = join(folder, "stage1_train");
    const root = await isFolder(inner) ? inner : folder;
    if (!(await isFolder(root))) return undefined;
    const sources: ImageSource[] = [];
    for (const { name: id, isDirectory } of await listFolder(root)) {
      const imageFolder = join(root, id, "images");
      if (!isDirectory || !(await isFolder(imageFolder))) continue;
      const images = [...(await listImages(imageFolder)).values()];
      const maskFolder = join(root, id, "masks");
      if (images.length !== 1) {
        const found = images.length ? images.map((path) => basename(path)).join(", ") : "none";
        const problem = `${imageFolder} is to hold one image, and holds ${found}`;
        sources.push({ id, path: imageFolder, mask: { kind: "missing" }, problem });
      } else if (!(await isFolder(maskFolder))) {
        const problem = `${images[0]} has no masks: expected the folder ${maskFolder}, with one file per object`;
        sources.push({ id, path: images[0], mask: { kind: "missing" }, problem });
      } else {
        const paths = [...(await listImages(maskFolder)).values()];
        sources.push({ id, path: images[0], mask: { kind: "objects", paths } });
      }
    }
    return sources.length ? sources : undefined;
  },
};
