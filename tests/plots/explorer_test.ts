import assert from "node:assert/strict";
import { createCanvas, Image } from "@napi-rs/canvas";
import { parseHTML } from "linkedom";
import { countPixels, diceScore } from "lib";
import { Random } from "lib/math/random.ts";
import { explorePredictions } from "lib/plots";

const random = new Random(3), width = 24, height = 20;
/** An image with two touching objects, and probabilities that are often close to a threshold. */
function example(name: string) {
  const pixels = <Value>(value: (x: number, y: number) => Value) =>
    Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  const labels = {
    width,
    height,
    data: Uint16Array.from(pixels((x, y) => y < 5 || y > 14 ? 0 : x < 8 ? 1 : x < 16 ? 2 : 0)),
  };
  const image = { width, height, channels: 1, bits: 8, data: Uint8Array.from(pixels((x, y) => 8 * x + y)) } as const;
  const probabilities = Float32Array.from(
    labels.data,
    (label) => Math.round(100 * Math.min(1, Math.max(0, (label ? 0.6 : 0.3) + 0.3 * random.uniform(-1, 1)))) / 100,
  );
  return { name, image, labels, probabilities };
}

interface Page {
  find(selector: string): { textContent: string; value: string; dispatchEvent(event: unknown): void };
  act(selector: string, value: string, type: string): Promise<void>;
}

/** Opens a part of a page as a browser does: runs its script, with canvases that have pixels. */
async function open(html: string): Promise<Page> {
  // linkedom has the interface of a browser's document, but other types.
  // deno-lint-ignore no-explicit-any
  const { document, Event } = parseHTML(`<html><body>${html}</body></html>`) as any;
  const make = document.createElement.bind(document);
  document.createElement = (name: string) => {
    const element = make(name);
    if (name === "canvas") {
      const canvas = createCanvas(300, 150), context = canvas.getContext("2d");
      const draw = context.drawImage.bind(context) as (source: unknown, ...place: number[]) => void;
      const drawn = (source: { canvas?: unknown }, ...place: number[]) => draw(source.canvas ?? source, ...place);
      Object.assign(context, { drawImage: drawn });
      for (const side of ["width", "height"] as const) {
        Object.defineProperty(element, side, { get: () => canvas[side], set: (value) => canvas[side] = value });
      }
      Object.assign(element, { canvas, getContext: () => context });
    }
    if (name === "select") Object.defineProperty(element, "value", { value: "0", writable: true });
    return element;
  };
  const source = document.querySelector("script").textContent;
  new Function("document", "Image", source)(document, Image);
  const find = (selector: string) => document.querySelector(selector);
  const settle = async () => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await settle();
  return {
    find,
    async act(selector, value, type) {
      find(selector).value = value;
      find(selector).dispatchEvent(new Event(type));
      await settle();
    },
  };
}

const dice = ({ probabilities, labels }: ReturnType<typeof example>, threshold: number) =>
  `Dice ${diceScore(countPixels(probabilities, labels.data, threshold)).toFixed(3)}`;

Deno.test("the Dice that a reader sees is the metric's, at each threshold and for each image", async () => {
  const images = [example("first"), example("second")];
  const page = await open(explorePredictions(images).html);
  assert.equal(page.find("[data-score]").textContent, dice(images[0], 0.5));
  // Probabilities are equal to many of the thresholds: "larger than" decides.
  for (const threshold of [1, 7, 29, 57, 58, 70, 99]) {
    await page.act("input[name=threshold]", String(threshold), "input");
    assert.equal(page.find("[data-score]").textContent, dice(images[0], threshold / 100), `${threshold}`);
  }
  await page.act("select[name=image]", "1", "change");
  assert.equal(page.find("[data-score]").textContent, dice(images[1], 0.99));
});

Deno.test("void pixels do not count", async () => {
  const each = example("a"), classes = new Uint8Array(width * height);
  classes.fill(255, 0, 200);
  const page = await open(explorePredictions([{ ...each, labels: { ...each.labels, classes } }]).html);
  const { probabilities, labels } = each;
  const counted = diceScore(countPixels(probabilities.slice(200), labels.data.slice(200), 0.5));
  assert.equal(page.find("[data-score]").textContent, `Dice ${counted.toFixed(3)}`);
});

Deno.test("the picture loads nothing, and is a static one where scripts are removed", () => {
  const { html } = explorePredictions([example("cells-07")]);
  assert.doesNotMatch(html, /https?:|\bfetch\b|\bimport\b|<link|url\(/);
  assert.doesNotMatch(html, /__vite|_ts_|_define/);
  const { document } = parseHTML(html.replace(/<script>[^]*<\/script>/, "")) as unknown as {
    document: { querySelector(selector: string): { getAttribute(name: string): string; textContent: string } };
  };
  assert.match(document.querySelector("img").getAttribute("src"), /^data:image\/png;base64,iVBOR/);
  assert.match(document.querySelector("p").textContent, /^cells-07 at a threshold of 0\.5\./);
});

Deno.test("names cannot become markup or script", async () => {
  const name = `</script><img src=x onerror="alert(1)">'&amp;$x$`;
  const { html } = explorePredictions([example(name)]);
  assert.equal(html.match(/<\/script>/g)!.length, 1);
  assert.equal(html.match(/<img /g)!.length, 1);
  const page = await open(html);
  assert.equal(page.find("option").textContent, name);
  assert.equal(page.find("[onerror]"), null);
});

Deno.test("of a larger image the middle is shown, and scored", async () => {
  const each = example("a");
  const page = await open(explorePredictions([each], { longestSide: 20 }).html);
  const middle = <Data extends Float32Array | Uint16Array>(data: Data) =>
    data.filter((_, i) => i % width >= 2 && i % width < 22);
  const counts = countPixels(middle(each.probabilities), middle(each.labels.data), 0.5);
  assert.equal(page.find("[data-score]").textContent, `Dice ${diceScore(counts).toFixed(3)}`);
  assert.equal(page.find("option").textContent, "a, middle");
});

Deno.test("no images, a threshold of 1, and a map of another size are refused", () => {
  const each = example("a");
  assert.throws(() => explorePredictions([]), { name: "OptionError" });
  assert.throws(() => explorePredictions([each], { threshold: 1 }), { name: "OptionError", message: /threshold is 1/ });
  assert.throws(() => explorePredictions([{ ...each, probabilities: [0.5] }]), {
    name: "ImageError",
    message: /^a: the image is 24 × 20, .* there are 1 probabilities: give/,
  });
});
