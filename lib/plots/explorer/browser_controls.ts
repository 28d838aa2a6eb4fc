/// <reference lib="dom" />

/*
 * These functions run in a browser. They are written into the page by their names, so they use nothing but each other.
 */

/** Makes an element with properties and a style. */
export function makeElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  style = "",
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  if (style) element.setAttribute("style", style);
  return element;
}

/** Makes a line of elements, which breaks where the page is narrow. */
export function makeRow(...parts: HTMLElement[]): HTMLElement {
  const row = makeElement("div", {}, "display:flex;flex-wrap:wrap;align-items:center;margin:2px 0");
  row.append(...parts);
  return row;
}

/** Makes a label with its control, and what follows it. */
export function makeLabel(text: string, control: HTMLElement, ...after: HTMLElement[]): HTMLElement {
  const label = makeElement("label", {}, "display:inline-flex;align-items:center;gap:6px;margin:2px 16px 2px 0");
  label.append(text, control, ...after);
  return label;
}

/** Makes a slider. */
export function makeSlider(
  name: string,
  [low, high, step]: readonly [number, number, number],
  value: number,
): HTMLInputElement {
  const slider = makeElement("input", { type: "range" }, "width:200px");
  for (const [key, each] of Object.entries({ min: low, max: high, step, name })) slider.setAttribute(key, String(each));
  slider.value = String(value);
  return slider;
}

/** Makes a choice between texts; its value is the position of the text. */
export function makeChoice(name: string, texts: readonly string[]): HTMLSelectElement {
  const choice = makeElement("select", {}, "max-width:100%");
  choice.setAttribute("name", name);
  texts.forEach((text, i) => {
    const option = makeElement("option", { textContent: text });
    option.setAttribute("value", String(i));
    choice.append(option);
  });
  choice.value = "0";
  return choice;
}

/** Makes a box that is ticked. */
export function makeBox(name: string): HTMLInputElement {
  const box = makeElement("input", { type: "checkbox", checked: true });
  box.setAttribute("name", name);
  return box;
}

/** Makes an entry of the legend. */
export function makeSwatch(style: string, text: string): HTMLElement {
  const square = makeElement("span", {}, `display:inline-block;width:24px;height:10px;${style}`);
  const entry = makeElement("span", {}, "display:inline-flex;align-items:center;gap:5px;margin-right:16px");
  entry.append(square, text);
  return entry;
}
