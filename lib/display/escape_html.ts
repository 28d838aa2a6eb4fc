import { visibleText } from "./visible_text.ts";

/**
 * A character as the content of an HTML element. A dollar or a backslash lies in a separate element: MathJax finds formulas in the
 * finished page, past all entities, but not across elements.
 *
 * @see https://docs.mathjax.org/en/v3.2/options/document.html
 */
export function contentEntity(character: string): string {
  const entity = `&#${character.charCodeAt(0)};`;
  return /[$\\]/.test(character) ? `<span>${entity}</span>` : entity;
}

/** Text from data as the content of an HTML element: nothing in it is read as a tag, an entity or a formula. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"'$\\]/g, contentEntity);
}
