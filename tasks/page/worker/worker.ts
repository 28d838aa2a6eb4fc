/// <reference lib="webworker" />
/** The page's worker: it decodes, segments and measures, so that the page stays responsive. */
import { decodeImage, readImageHeader } from "lib/images/decode_image.ts";
import { ImageError } from "lib/images/image.ts";
import { UserError } from "lib/io/user_error.ts";
import { displayPixels } from "lib/plots/overlay/display_pixels.ts";
import type { Answers, Message, OpenedFile, Picture, PictureChoice, Question } from "../messages.ts";
import { MOST_PAGE_PIXELS } from "../page_model.ts";
import { countByClass, labelClasses, objectClasses } from "../../predict/files/describe_page.ts";
import { openNetwork } from "./open_network.ts";
import { PageSegmenter } from "./page_segmenter.ts";
import { paintObjects } from "./paint_objects.ts";

/** Longest side of a shown picture, in pixels. */
const LONGEST_SIDE = 4096;

/** A stack may have any number of pages, as one is decoded at a time. */
const LIMITS = { maxPixels: Infinity } as const;

let segmenter: PageSegmenter | undefined;
let factor = 1;

function send(message: Message, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function openFile(file: File): Promise<OpenedFile> {
  const { pages, channels, alpha, width, height } = await readImageHeader(await readFile(file), file.name, LIMITS);
  // More channels than four count proportionally, as in the limit of files.
  if (width * height * Math.max(1, channels / 4) > MOST_PAGE_PIXELS) {
    throw new ImageError(
      `${file.name} has ${width} × ${height} pixels, and this page takes at most ` +
        `${MOST_PAGE_PIXELS.toLocaleString("en")}: cut it into smaller images`,
    );
  }
  return { pages, channels: channels - (alpha ? 1 : 0), width, height };
}

async function readFile(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new ImageError(`${file.name} cannot be read: choose it again, or copy it to this computer first`);
  }
}

async function segment({ file, page, channels }: PictureChoice, shown: string): Promise<null> {
  const bytes = await readFile(file);
  const image = await decodeImage(bytes, file.name, { ...LIMITS, page, ...(channels && { channels }) })
    .catch((error) => {
      throw new ImageError(inWordsOfThePage(reason(error)));
    });
  const { width, height, pixelSize } = image;
  factor = Math.ceil(Math.max(width, height) / LONGEST_SIDE);
  const picture = displayPixels(image, factor) as Picture;
  const known = pixelSize === undefined ? {} : { pixelSize: String(pixelSize) };
  send({ kind: "picture", picture, size: { width, height }, ...known }, [picture.data.buffer]);
  try {
    await current().predict(image, (done, tiles) => send({ kind: "progress", done, tiles }));
  } catch (error) {
    if (error instanceof UserError) throw new ImageError(`${shown} is not segmented: ${error.message}`);
    throw new Error(
      `${shown} (${width} × ${height} pixels) is not segmented: ${reason(error)}. The browser may lack memory: close ` +
        "other pages, or cut the image into smaller ones",
      { cause: error },
    );
  }
  return null;
}

/** Names the page's list of channels in the place of the command's option. */
function inWordsOfThePage(message: string): string {
  return message.replace(/choose (.*)with --channels.*$/, "choose $1in the list of channels");
}

/** Returns an error's message. WebAssembly throws numbers too. */
function reason(error: unknown): string {
  return error instanceof Error ? error.message : `the network failed (${error})`;
}

function current(): PageSegmenter {
  if (!segmenter) throw new Error("The model is not open");
  return segmenter;
}

/** Answers each kind of question. */
const ANSWERS: { [Kind in Question["kind"]]: (question: Question & { kind: Kind }) => Promise<Answers[Kind]> } = {
  async start({ wasm, network, model }) {
    const run = await openNetwork(wasm, network).catch((error) => {
      throw new Error(
        `The model cannot be opened: ${
          reason(error)
        }. The browser may lack memory: close other pages, and segment again`,
        { cause: error },
      );
    });
    segmenter = new PageSegmenter(model, run);
    return null;
  },
  open: ({ file }) => openFile(file),
  segment: ({ picture, shown }) => segment(picture, shown),
  find({ choice }) {
    const { model } = current(), { labels, count, about, warnings } = current().find(choice);
    const names = model.channels.slice(1), overlay = paintObjects(labels, factor, names) as Picture;
    const counts = countByClass(names, labelClasses(labels).values()),
      shown = labels.classes ? objectClasses(names) : [];
    const classes = shown.map(({ name, color }) => ({ name, count: counts[name], color: `rgb(${color})` }));
    return Promise.resolve({ count, classes, about, warnings, overlay });
  },
  save: ({ product, shown, pixelSize }) => Promise.resolve(current().product(product, shown, pixelSize)),
};

self.onmessage = async ({ data: question }: MessageEvent<Question>) => {
  try {
    const answer = await (ANSWERS[question.kind] as (question: Question) => Promise<Answers[Question["kind"]]>)(
      question,
    );
    send({ kind: "answer", answer });
  } catch (error) {
    const isRefusal = error instanceof UserError;
    send({ kind: isRefusal ? "refusal" : "failure", problem: reason(error) });
    if (!isRefusal) console.error(error);
  }
};
