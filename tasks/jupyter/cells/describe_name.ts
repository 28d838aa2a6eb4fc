import type { LibraryNames } from "./library_names.ts";

/**
 * Returns the names that may be meant at an offset of a text: the name at the offset, then that of the called function.
 */
export function namesAt(code: string, offset: number): string[] {
  const around = (at: number) => /[\w$]*$/.exec(code.slice(0, at))![0] + /^[\w$]*/.exec(code.slice(at))![0];
  const names = [around(offset)];
  // Brackets open at this point, the innermost first.
  let depth = 0;
  for (let i = offset - 1; i >= 0; i--) {
    if (code[i] === ")") depth++;
    else if (code[i] === "(" && depth-- === 0) {
      names.push(around(i));
      depth = 0;
    }
  }
  return names.filter((name) => name !== "");
}

/**
 * Returns the text that Shift+Tab shows for a name that `lib` exports: its type and documentation.
 *
 * @param cursor offset in code points, as in Jupyter's protocol
 * @returns the text by media type
 */
export function describeName(code: string, cursor: number, library: LibraryNames): Record<string, string> | undefined {
  const name = namesAt(code, [...code].slice(0, cursor).join("").length).find((each) => library.has(each));
  return name === undefined ? undefined : { "text/plain": library.get(name)! };
}
