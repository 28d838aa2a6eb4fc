/// <reference lib="dom" />
import { makeBox, makeChoice, makeElement, makeLabel, makeRow, makeSlider, makeSwatch } from "./browser_controls.ts";
import { drawDice, drawLook, drawSides, type Look, paintView } from "./browser_drawing.ts";
import { countLayers, diceFrom, type Layers, type PixelSums, readLayers, readPixels } from "./browser_layers.ts";
import type { ExplorerData } from "./explorer_data.ts";

/**
 * Replaces a static picture by one that readers explore: image, threshold, view, outlines, errors and zoom. Runs in a
 * browser.
 *
 * @param root element that holds the static picture
 */
export function exploreInBrowser(root: HTMLElement, { images, threshold, colors }: ExplorerData): void {
  const VIEWS = ["image", "probability", "uncertainty"] as const, SIDE = 512;
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  const image = makeChoice("image", images.map(({ name }) => name)), view = makeChoice("view", VIEWS);
  const slider = makeSlider("threshold", [1, 99, 1], threshold), shown = makeElement("output");
  const zoom = makeSlider("zoom", [1, 8, 0.5], 1), outlines = makeBox("outlines"), errors = makeBox("errors");
  const reset = makeElement("button", { type: "button", textContent: "Reset" });
  const score = makeElement("div", {}, "font-size:18px;font-weight:bold");
  score.setAttribute("aria-live", "polite");
  score.setAttribute("data-score", "");
  const details = makeElement("div", {}, "margin:0 0 8px;white-space:pre-line");
  const canvas = makeElement(
    "canvas",
    {},
    `display:block;width:${SIDE}px;max-width:100%;touch-action:none;cursor:grab`,
  );
  const curve = makeElement("canvas", {}, "display:block;width:260px;height:90px");
  for (const picture of [canvas, curve]) picture.setAttribute("role", "img");
  let layers: Layers | undefined, sums: PixelSums[] = [], dices: number[] = [], center: readonly number[] = [0.5, 0.5];

  const update = () => {
    if (!layers) return;
    const at = Number(slider.value), factor = Number(zoom.value), now = sums[at];
    // The picture always fills its frame.
    center = center.map((place) => Math.min(1 - 0.5 / factor, Math.max(0.5 / factor, place)));
    const look: Look = {
      threshold: at,
      view: VIEWS[Number(view.value)],
      hasOutlines: outlines.checked,
      hasErrors: errors.checked,
      zoom: factor,
      center,
    };
    shown.textContent = (at / 100).toFixed(2);
    score.textContent = `Dice ${dices[at - 1].toFixed(3)}`;
    details.textContent = `${now.correct} pixels are correct\n${now.spurious} are spurious\n${now.missed} are missed`;
    canvas.setAttribute("aria-label", `${images[Number(image.value)].name}, threshold ${shown.textContent}`);
    curve.setAttribute("aria-label", `Dice over the threshold: ${dices[at - 1].toFixed(3)} at ${shown.textContent}`);
    drawLook(canvas, layers, look, colors, SIDE * ratio);
    drawDice(curve, dices, at, ratio);
  };
  const choose = async () => {
    const chosen = image.value, read = await readLayers(images[Number(chosen)]);
    // Another image was chosen in the meantime.
    if (chosen !== image.value) return;
    layers = read;
    sums = countLayers(read);
    dices = sums.slice(1).map(diceFrom);
    update();
  };

  const on = (target: EventTarget, type: string, act: (event: PointerEvent) => void) =>
    target.addEventListener(type, act as (event: Event) => void);
  on(image, "change", () => void choose());
  for (const input of [slider, zoom] as EventTarget[]) on(input, "input", update);
  for (const input of [view, outlines, errors] as EventTarget[]) on(input, "change", update);
  on(reset, "click", () => {
    [slider.value, zoom.value, center] = [String(threshold), "1", [0.5, 0.5]];
    update();
  });
  let start: { x: number; y: number; center: readonly number[] } | undefined;
  on(canvas, "pointerdown", ({ clientX, clientY, pointerId }) => {
    start = { x: clientX, y: clientY, center };
    canvas.setPointerCapture(pointerId);
  });
  on(canvas, "pointermove", ({ clientX, clientY }) => {
    if (!start) return;
    const { width, height } = canvas.getBoundingClientRect(), factor = Number(zoom.value);
    center = [
      start.center[0] - (clientX - start.x) / (width * factor),
      start.center[1] - (clientY - start.y) / (height * factor),
    ];
    update();
  });
  for (const end of ["pointerup", "pointercancel"]) on(canvas, end, () => start = undefined);

  const side = makeElement("div", {}, "min-width:260px");
  side.append(
    details,
    curve,
    makeRow(makeLabel("Zoom", zoom), reset),
    makeRow(makeLabel("Outlines", outlines), makeLabel("Errors", errors)),
    makeElement("div", { textContent: "Drag the picture to move it." }, "color:#555"),
  );
  const middle = makeElement("div", {}, "display:flex;flex-wrap:wrap;gap:14px;margin:6px 0");
  middle.append(canvas, side);
  const live = makeElement("div", {}, "font:13px sans-serif;color:#222;background:white;padding:8px");
  live.setAttribute("data-live", "");
  // A line on grey, as on an image.
  const line = (style: string) => `background:linear-gradient(#777 0 4px,transparent 4px 6px,#777 6px),${style}`;
  live.append(
    makeRow(makeLabel("Image", image), makeLabel("View", view)),
    makeRow(makeLabel("Threshold", slider, shown), score),
    middle,
    makeRow(
      makeSwatch(line("linear-gradient(white,white)"), "truth"),
      makeSwatch(line("repeating-linear-gradient(90deg,black 0 4px,white 4px 8px)"), "prediction"),
      makeSwatch(`background:rgb(${colors.spurious.join(",")})`, "spurious"),
      makeSwatch(`background:rgb(${colors.missed.join(",")})`, "missed"),
    ),
  );
  const media =
    "@media screen { [data-still-hidden] { display: none } } @media print { [data-live] { display: none } }";
  // The static picture stays where a browser cannot read the data, and on paper.
  choose().then(() => {
    root.firstElementChild!.setAttribute("data-still-hidden", "");
    root.append(makeElement("style", { textContent: media }), live);
  }, () => {});
}

/** All functions that a page needs. */
const FUNCTIONS = [
  makeElement,
  makeRow,
  makeLabel,
  makeSlider,
  makeChoice,
  makeBox,
  makeSwatch,
  readPixels,
  readLayers,
  countLayers,
  diceFrom,
  paintView,
  drawSides,
  drawLook,
  drawDice,
  exploreInBrowser,
];

/** Returns the source of {@linkcode exploreInBrowser} and of all functions that it calls. */
export function browserSource(): string {
  return FUNCTIONS.map(String).join("\n");
}
