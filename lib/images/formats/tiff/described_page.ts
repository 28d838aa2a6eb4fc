import type { StackAxes } from "../../stack_axes.ts";

/** The content of a TIFF's first ImageDescription about its pages. */
export interface Description {
  /** Number of planes, if the writer states it. */
  planes?: number;
  /** Number of channels in separate pages; 1 if each page has all channels. */
  channels: number;
  /** Returns the channel of a page, both counted from 0. */
  channelAt(page: number): number;
  /**
   * Pages of each picture, one for each channel, if the writer states the place of every page; counted from 0. Where it is
   * given, `channelAt` does not apply.
   */
  pictures?: readonly (readonly number[])[];
  /** What the pictures are, if the writer states it. */
  axes?: StackAxes;
  /** Side of a pixel in µm, along a row, as it is stated. */
  pixelSize?: number;
  /** Height and width of a pixel in µm, if they can be those of a microscope. */
  pixelSides?: readonly [height: number, width: number];
  /** Whether ImageJ wrote the file: its inverting colour tables do not apply to the samples. */
  imageJ: boolean;
}

/** Properties of the first directory that `readDescription` needs. */
export interface DescribedPage {
  text: string;
  /** Number of pages of the file. */
  pages: number;
  width: number;
  height: number;
  /** Samples per pixel. */
  samples: number;
  /** Whether the samples are stored apart. */
  separate: boolean;
  /** The program that wrote the file; empty if it is not stated. */
  software: string;
  /** Pixels per unit of length, along a row and along a column. */
  resolution?: number;
  verticalResolution?: number;
}

/** Describes channels that alternate from plane to plane, with `stride` consecutive planes of each channel. */
export function stridedChannels(channels: number, stride: number): Pick<Description, "channels" | "channelAt"> {
  return { channels, channelAt: (page) => Math.floor(page / stride) % channels };
}
