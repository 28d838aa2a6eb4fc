/// <reference lib="dom" />
/** The elements of the page that its code uses, by id. */
const KINDS = {
  choose: HTMLInputElement,
  drop: HTMLElement,
  work: HTMLElement,
  files: HTMLSelectElement,
  pages: HTMLSelectElement,
  channels: HTMLSelectElement,
  canvas: HTMLCanvasElement,
  closer: HTMLButtonElement,
  farther: HTMLButtonElement,
  whole: HTMLButtonElement,
  size: HTMLElement,
  status: HTMLElement,
  progress: HTMLProgressElement,
  cancel: HTMLButtonElement,
  again: HTMLButtonElement,
  problem: HTMLElement,
  results: HTMLFieldSetElement,
  count: HTMLElement,
  classes: HTMLUListElement,
  about: HTMLElement,
  warnings: HTMLUListElement,
  threshold: HTMLInputElement,
  "threshold-value": HTMLOutputElement,
  tuned: HTMLButtonElement,
  connected: HTMLInputElement,
  opacity: HTMLInputElement,
  "pixel-size": HTMLInputElement,
  "save-labels": HTMLButtonElement,
  "save-table": HTMLButtonElement,
  "save-mask": HTMLButtonElement,
} as const;

/** Returns an element of the page. */
export function element<Id extends keyof typeof KINDS>(id: Id): InstanceType<typeof KINDS[Id]> {
  const found = document.getElementById(id);
  if (!(found instanceof KINDS[id])) throw new TypeError(`The page has no ${KINDS[id].name} with the id ${id}`);
  return found as InstanceType<typeof KINDS[Id]>;
}

/** Shows or hides an element, or its nearest label. */
export function show(part: HTMLElement, isShown: boolean): void {
  (part.closest<HTMLElement>("label, .control") ?? part).hidden = !isShown;
}
