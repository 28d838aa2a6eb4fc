import type { LibraryNames } from "./library_names.ts";

/** The names that somebody may mean at an offset of a text: the one that is there, then that of the function called. */
export function namesAt(code: string, offset: number): string[] {
  const around = (at: number) => /[\w$]*$/.exec(code.slice(0, at))![0] + /^[\w$]*/.exec(code.slice(at))![0];
  const names = [around(offset)];
  // Brackets that are open here, the innermost first.
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
 * What Shift+Tab shows of a name: its type and documentation, where `lib` exports it.
 *
 * @param cursor counts code points, as Jupyter's protocol does
 * @returns by media type
 */
export function describeName(code: string, cursor: number, library: LibraryNames): Record<string, string> | undefined {
  const name = namesAt(code, [...code].slice(0, cursor).join("").length).find((each) => library.has(each));
  return name === undefined ? undefined : { "text/plain": library.get(name)! };
}
