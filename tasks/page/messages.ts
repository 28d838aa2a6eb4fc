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

/** What the page asks its worker for. Each is answered before the next one is sent. */
export type Question =
  | { kind: "start"; wasm: Uint8Array<ArrayBuffer>; network: Uint8Array<ArrayBuffer>; model: PageModel }
  | { kind: "open"; file: File }
  | { kind: "segment"; picture: PictureChoice; shown: string }
  | { kind: "find"; choice: ObjectChoice }
  | { kind: "save"; product: PageProduct; shown: string; pixelSize?: number };

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

/** The answers to the questions. */
export interface Answers {
  start: null;
  open: OpenedFile;
  segment: null;
  find: PageObjects;
  save: Uint8Array<ArrayBuffer>;
}

/** What the worker sends: the answer to the last question, or while it works. */
export type Message =
  | { kind: "answer"; answer: Answers[Question["kind"]] }
  /** A sentence for the user. */
  | { kind: "refusal"; problem: string }
  /** The worker cannot go on, as it lacks memory or has a defect. */
  | { kind: "failure"; problem: string }
  | { kind: "picture"; picture: Picture; size: { width: number; height: number }; pixelSize?: string }
  | { kind: "progress"; done: number; tiles: number };
