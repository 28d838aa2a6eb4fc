/// <reference lib="dom" />
import type { Picture } from "../messages.ts";

/** Factor of a step of zooming, and the limits of the zoom, in screen pixels per pixel of the picture. */
const STEP = 1.25, CLOSEST = 64, FARTHEST = 1 / 64;
/** Share of the canvas by which an arrow key moves. */
const MOVE = 0.1;

function toCanvas({ width, height, data }: Picture): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

interface Point {
  x: number;
  y: number;
}

/** Shows a picture with its objects: zoom by wheel, keys or two fingers; move by dragging or arrow keys. */
export class Viewer {
  readonly #canvas: HTMLCanvasElement;
  #image?: HTMLCanvasElement;
  #overlay?: HTMLCanvasElement;
  #opacity = 1;
  /** Screen pixels per pixel, and the place of the picture's corner on the canvas. */
  #scale = 1;
  #left = 0;
  #top = 0;
  /** Whether the whole picture stays visible when the window changes. */
  #isWhole = true;
  readonly #pointers = new Map<number, Point>();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    canvas.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, this.#place(event));
    });
    canvas.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
    document.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** Shows another picture, without objects. */
  showPicture(picture: Picture): void {
    this.#image = toCanvas(picture);
    this.#overlay = undefined;
    this.showWhole();
  }

  showObjects(overlay: Picture | undefined): void {
    this.#overlay = overlay && toCanvas(overlay);
    this.#draw();
  }

  /** @param opacity of the objects, 0 to 1 */
  setOpacity(opacity: number): void {
    this.#opacity = opacity;
    this.#draw();
  }

  showWhole(): void {
    const { width, height } = this.#canvas, image = this.#image;
    this.#isWhole = true;
    if (!image) return;
    this.#scale = Math.min(width / image.width, height / image.height);
    this.#left = (width - image.width * this.#scale) / 2;
    this.#top = (height - image.height * this.#scale) / 2;
    this.#draw();
  }

  /** Zooms by steps around a place on the canvas. Default: its centre. */
  zoom(steps: number, at: Point = { x: this.#canvas.width / 2, y: this.#canvas.height / 2 }): void {
    this.#zoomBy(STEP ** steps, at);
  }

  #zoomBy(factor: number, { x, y }: Point): void {
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, this.#scale * factor)), applied = scale / this.#scale;
    this.#left = x - (x - this.#left) * applied;
    this.#top = y - (y - this.#top) * applied;
    this.#scale = scale;
    this.#isWhole = false;
    this.#draw();
  }

  #moveBy(x: number, y: number): void {
    this.#left += x;
    this.#top += y;
    this.#isWhole = false;
    this.#draw();
  }

  /** Returns the place of a pointer in pixels of the canvas. */
  #place({ offsetX, offsetY }: MouseEvent): Point {
    return { x: offsetX * devicePixelRatio, y: offsetY * devicePixelRatio };
  }

  #onWheel(event: WheelEvent): void {
    if (!this.#image) return;
    event.preventDefault();
    this.#zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), this.#place(event));
  }

  #onMove(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#place(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (!other) return this.#moveBy(now.x - before.x, now.y - before.y);
    const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.#left += (now.x - before.x) / 2;
    this.#top += (now.y - before.y) / 2;
    this.#zoomBy(distance(now, other) / Math.max(1, distance(before, other)), middle);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event, isOnCanvas = target === this.#canvas;
    // A number is typed into a field, and a list is searched by its first characters.
    if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === "number")) return;
    const { width, height } = this.#canvas;
    const actions: Record<string, () => void> = {
      "+": () => this.zoom(1),
      "=": () => this.zoom(1),
      "-": () => this.zoom(-1),
      "0": () => this.showWhole(),
      ArrowLeft: () => this.#moveBy(width * MOVE, 0),
      ArrowRight: () => this.#moveBy(-width * MOVE, 0),
      ArrowUp: () => this.#moveBy(0, height * MOVE),
      ArrowDown: () => this.#moveBy(0, -height * MOVE),
    };
    const action = actions[event.key];
    if (!action || (event.key.startsWith("Arrow") && !isOnCanvas)) return;
    event.preventDefault();
    action();
  }

  #resize(): void {
    const canvas = this.#canvas;
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (this.#isWhole) this.showWhole();
    else this.#draw();
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d")!, image = this.#image;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!image) return;
    context.setTransform(this.#scale, 0, 0, this.#scale, this.#left, this.#top);
    context.imageSmoothingEnabled = this.#scale < 1;
    context.drawImage(image, 0, 0);
    if (!this.#overlay) return;
    context.globalAlpha = this.#opacity;
    context.drawImage(this.#overlay, 0, 0);
    context.globalAlpha = 1;
  }
}
