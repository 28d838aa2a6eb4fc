/// <reference lib="dom" />
import { show } from "./elements.ts";

/** Fills a list of choices, and shows it with its label if there is more than one. */
export function fillSelect(list: HTMLSelectElement, choices: readonly string[]): void {
  list.replaceChildren(...choices.map((text) => new Option(text)));
  show(list, choices.length > 1);
}
