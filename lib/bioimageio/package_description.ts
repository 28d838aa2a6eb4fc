import { listWords } from "../display/list_words.ts";
import { count } from "../io/count.ts";

/** The specification's longest description, in characters. */
const LONGEST = 1024;

/** Number of classes that a description names. */
const NAMED = 8;

/**
 * Describes a model in a sentence or two, no longer than the specification allows.
 *
 * @param channels names of the probabilities, of which the first eight are listed
 * @param networks the architecture and encoder of each network
 */
export function packageDescription(channels: readonly string[], networks: readonly string[]): string {
  const more = channels.length - NAMED;
  const named = more > 0 ? [...channels.slice(0, NAMED), `${more} more`] : channels;
  const description = `Segments microscopy images (${listWords(named)}). ` +
    (networks.length === 1
      ? `${networks[0]}.`
      : `The mean of ${count(networks.length, "network")}: ${listWords(new Set(networks))}.`);
  const characters = [...description];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : description;
}
