import type { Image } from "lib/images";
import type { PageModel } from "./page_model.ts";
import type { ObjectChoice, PageProduct } from "./worker/page_segmenter.ts";

/** A picture for a canvas, shrunk by a whole number if it is large. */
export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue, opacity: `[height, width, 4]`. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** A picture in a file. */
export interface PictureChoice {
  file: File;
  /** Counted from 0. */
  page: number;
  /** Counted from 1. Default: all. */
  channels?: readonly number[];
}

/** The header of a file. */
export interface OpenedFile {
  pages: number;
  /** Channels of each picture, without one that is marked as transparency. */
  channels: number;
  width: number;
  height: number;
}

/** The objects of the current image. */
export interface PageObjects {
  count: number;
  /** The objects of each class, with the colour of its objects; empty for a task without classes. */
  classes: readonly { name: string; count: number; color: string }[];
  about: string;
  warnings: readonly string[];
  overlay: Picture;
}

/** What the page asks a worker for: each kind of question, with its content and its answer. */
export type Work = Record<string, { question: object; answer: unknown }>;

/** A question to a worker. Each is answered before the next one is sent. */
export type Question<Asked extends Work> = {
  [Kind in keyof Asked & string]: { kind: Kind } & Asked[Kind]["question"];
}[keyof Asked & string];

/** The work of the worker that reads files. */
export type ReadingWork = {
  open: { question: { file: File }; answer: OpenedFile };
  decode: { question: { picture: PictureChoice }; answer: { image: Image; picture: Picture } };
};

/** The work of the worker with the network. */
export type SegmentingWork = {
  start: {
    question: { wasm: Uint8Array<ArrayBuffer>; network: Uint8Array<ArrayBuffer>; model: PageModel };
    answer: null;
  };
  segment: { question: { image: Image; shown: string }; answer: null };
  find: { question: { choice: ObjectChoice }; answer: PageObjects };
  save: { question: { product: PageProduct; shown: string; pixelSize?: number }; answer: Uint8Array<ArrayBuffer> };
};

/** How far the network is with an image. */
export interface Progress {
  kind: "progress";
  done: number;
  tiles: number;
}

/** What a worker sends: the answer to the last question, or its progress. */
export type Message =
  | { kind: "answer"; answer: unknown }
  /** A sentence for the user. */
  | { kind: "refusal"; problem: string }
  /** The worker cannot go on, as it lacks memory or has a defect. */
  | { kind: "failure"; problem: string }
  | Progress;
