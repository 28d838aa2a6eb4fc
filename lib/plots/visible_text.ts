/**
 * Text from data with its control characters made visible (`␛` for an escape), so that none reaches a terminal, a drawing or a
 * page; those that turn the direction of writing are replaced too. Line breaks and tabs become spaces.
 *
 * @see Unicode 16, block "Control Pictures", and Annex 9, "Bidirectional Algorithm"
 */
export function visibleText(text: string): string {
  return text.replace(/[\t\n\r]+/g, " ")
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\x7f/g, "\u2421")
    .replace(/[\x80-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}
