/// <reference lib="dom" />
import type { Layers } from "./browser_layers.ts";
import type { ExplorerData } from "./explorer_data.ts";

/*
 * These functions run in a browser. They are written into the page by their names, so they use nothing but each other.
 */

/** What is shown of an image. */
export interface Look {
  /** From 1 to 99, in hundredths. */
  threshold: number;
  view: "image" | "probability" | "uncertainty";
  hasOutlines: boolean;
  hasErrors: boolean;
  /** How many times the image is enlarged. */
  zoom: number;
  /** The place in the middle: shares of the width and of the height. */
  center: readonly number[];
}

/** Paints the pixels of a view, with wrong ones tinted, at one pixel for each pixel of the image. */
export function paintView(
  { width, height, image, codes, flags }: Layers,
  { threshold, view, hasErrors }: Look,
  colors: ExplorerData["colors"],
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!, painted = context.createImageData(width, height), { data } = painted;
  for (let i = 0; i < width * height; i++) {
    const probability = codes[i] / 99, truth = (flags[i] & 1) > 0;
    const grey = 255 * (view === "probability" ? probability : 4 * probability * (1 - probability));
    const isWrong = hasErrors && !(flags[i] & 2) && truth !== codes[i] >= threshold;
    for (let c = 0; c < 3; c++) {
      const value = view === "image" ? image[4 * i + c] : grey;
      data[4 * i + c] = isWrong ? 0.4 * value + 0.6 * (truth ? colors.missed : colors.spurious)[c] : value;
    }
    data[4 * i + 3] = 255;
  }
  context.putImageData(painted, 0, 0);
  return canvas;
}

/**
 * Draws the sides between pixels and their next ones to the right and below.
 *
 * @param differs whether a side is drawn
 * @param hasDashes whether each second pair of sides is black
 * @param line width of the line in pixels of the image
 */
export function drawSides(
  context: CanvasRenderingContext2D,
  { width, height }: Layers,
  differs: (at: number, next: number, isRight: boolean) => boolean,
  hasDashes: boolean,
  line: number,
): void {
  const sides: { x: number; y: number; isRight: boolean; isDash: boolean }[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x, isDash = hasDashes && (x + y) % 4 < 2;
      if (x + 1 < width && differs(at, at + 1, true)) sides.push({ x, y, isRight: true, isDash });
      if (y + 1 < height && differs(at, at + width, false)) sides.push({ x, y, isRight: false, isDash });
    }
  }
  context.lineCap = "square";
  // A dark rim makes a white line visible on white.
  for (const [style, thick] of [["rgba(0, 0, 0, 0.55)", 2 * line], ["white", line], ["black", line]] as const) {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.beginPath();
    for (const { x, y, isRight, isDash } of sides) {
      if (style === "black" && !isDash) continue;
      context.moveTo(isRight ? x + 1 : x, isRight ? y : y + 1);
      context.lineTo(x + 1, y + 1);
    }
    context.stroke();
  }
}

/** Draws an image as it is looked at. */
export function drawLook(
  canvas: HTMLCanvasElement,
  layers: Layers,
  look: Look,
  colors: ExplorerData["colors"],
  side: number,
): void {
  const { width, height, codes, flags } = layers, scale = side / Math.max(width, height), enlarged = scale * look.zoom;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d")!;
  context.setTransform(
    enlarged,
    0,
    0,
    enlarged,
    canvas.width / 2 - look.center[0] * width * enlarged,
    canvas.height / 2 - look.center[1] * height * enlarged,
  );
  context.imageSmoothingEnabled = false;
  context.drawImage(paintView(layers, look, colors), 0, 0);
  if (!look.hasOutlines) return;
  const line = 1.5 * side / 512 / enlarged, found = (at: number) => codes[at] >= look.threshold;
  drawSides(context, layers, (at, _, isRight) => (flags[at] & (isRight ? 4 : 8)) > 0, false, line);
  drawSides(context, layers, (at, next) => found(at) !== found(next), true, line);
}

/** Draws the Dice over the threshold, with a dot at the chosen threshold. */
export function drawDice(canvas: HTMLCanvasElement, dices: readonly number[], threshold: number, ratio: number): void {
  const width = 260, height = 90, context = canvas.getContext("2d")!;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.font = "11px sans-serif";
  context.fillStyle = "#555";
  context.fillText("Dice over the threshold", 0, 10);
  const low = Math.min(...dices), high = Math.max(...dices);
  const place = (at: number) =>
    [8 + (width - 60) * at / 100, height - 8 - (height - 30) * (dices[at - 1] - low) / (high - low || 1)] as const;
  context.strokeStyle = "#0072b2";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = 1; at < 100; at++) context.lineTo(...place(at));
  context.stroke();
  const [x, y] = place(threshold);
  context.fillStyle = "#d55e00";
  context.beginPath();
  context.arc(x, y, 4, 0, 7);
  context.fill();
  context.fillText(dices[threshold - 1].toFixed(3), x + 8, Math.max(22, y - 2));
}
