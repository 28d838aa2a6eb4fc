/** What a TIFF's first ImageDescription says of its pages. */
export interface Description {
  /** Planes that the writer counted, where it did. */
  planes?: number;
  /** Channels that lie in pages of their own; 1 where each page has all channels. */
  channels: number;
  /** Channel of a page, both counted from 0. */
  channelAt(page: number): number;
  /** Side of a pixel in µm. */
  pixelSize?: number;
  /** Whether ImageJ wrote the file: its inverting tables leave the samples as they are. */
  imageJ: boolean;
}

/** What `readDescription` asks of the first directory. */
export interface DescribedPage {
  text: string;
  /** Pages of the file. */
  pages: number;
  /** Samples per pixel. */
  samples: number;
  /** Pixels per unit of length. */
  resolution?: number;
}

/** Every `channels`-th plane from a channel's first on, `stride` planes of one channel in a row. */
export function stridedChannels(channels: number, stride: number): Pick<Description, "channels" | "channelAt"> {
  return { channels, channelAt: (page) => Math.floor(page / stride) % channels };
}
