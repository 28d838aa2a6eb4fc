import { GlobalFonts } from "@napi-rs/canvas";
import { FONT_FAMILY, fonts } from "./render_svg.ts";

let loaded = false;

/** Makes the project's font known to canvases, once. */
export function loadCanvasFonts(): void {
  if (loaded) return;
  for (const path of fonts()) GlobalFonts.registerFromPath(path, FONT_FAMILY);
  loaded = true;
}
