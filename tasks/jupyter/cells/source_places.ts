/** A position in a text; line and column count from 1. */
export interface Place {
  line: number;
  column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Decodes the numbers of a segment: base-64 digits of 5 bits each, the lowest first, with the sign in the lowest bit.
 */
function decodeSegment(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0, shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}

/**
 * Finds the position in the source for a position in compiled code.
 *
 * @param mappings mappings of a source map, version 3: https://tc39.es/ecma426/
 */
export function sourcePlace(mappings: string, { line, column }: Place): Place | undefined {
  let sourceLine = 0, sourceColumn = 0;
  let found: Place | undefined;
  for (const [i, segments] of mappings.split(";").entries()) {
    if (i >= line) break;
    let generated = 0;
    for (const segment of segments ? segments.split(",") : []) {
      const [step, , lines = 0, columns = 0] = decodeSegment(segment);
      generated += step;
      sourceLine += lines;
      sourceColumn += columns;
      if (i === line - 1 && (generated < column || !found)) {
        found = { line: sourceLine + 1, column: sourceColumn + 1 };
      }
    }
  }
  return found;
}
