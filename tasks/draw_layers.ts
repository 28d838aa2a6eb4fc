/**
 * Draws the layers of `lib` in the table of ARCHITECTURE.md to `docs/developer/layers.svg`.
 *
 *     deno run -A tasks/draw_layers.ts
 */
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { layerRows, layersPicture } from "./layers/layers_picture.ts";

const architecture = await Deno.readTextFile(join(projectFolder(), "ARCHITECTURE.md"));
await Deno.writeTextFile(join(projectFolder(), "docs/developer/layers.svg"), layersPicture(layerRows(architecture)));
