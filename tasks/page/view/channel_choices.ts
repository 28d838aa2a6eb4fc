/** An entry of the list of channels. */
export interface ChannelChoice {
  text: string;
  /** Counted from 1. Default: all. */
  channels?: readonly number[];
}

/**
 * Lists what a network can take of a file with several channels; nothing of a file with one.
 *
 * @param count channels of the file, without transparency
 * @param imageChannels channels of the images that the network takes
 */
export function channelChoices(count: number, imageChannels: number): ChannelChoice[] {
  if (count === 1) return [];
  const single = Array.from({ length: count }, (_, i) => ({ text: String(i + 1), channels: [i + 1] }));
  const colour = { text: "1, 2, 3 as red, green, blue", channels: [1, 2, 3] };
  return [{ text: "all" }, ...(count >= 3 && imageChannels === 3 ? [colour] : []), ...single];
}
