import { visibleText } from "./visible_text.ts";

/**
 * Escapes a character for the content of an HTML element. A dollar or a backslash gets a separate element: MathJax
 * searches the finished page for formulas, sees through entities, but does not search across elements.
 *
 * @see https://docs.mathjax.org/en/v3.2/options/document.html
 */
export function contentEntity(character: string): string {
  const entity = `&#${character.charCodeAt(0)};`;
  return /[$\\]/.test(character) ? `<span>${entity}</span>` : entity;
}

/**
 * Escapes text from data for the content of an HTML element: nothing in it is read as a tag, an entity or a formula.
 */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"'$\\]/g, contentEntity);
}
