import { join } from "node:path";

/** A cell compiled as by Deno's kernel. */
export interface Transpiled {
  /** Mappings of the source map, version 3: https://tc39.es/ecma426/ */
  mappings?: string;
  problem?: { message: string; line: number; column: number };
}

/** Compiles a cell as Deno's kernel does, to map its lines or to find its syntax error. */
export async function transpileCell(code: string): Promise<Transpiled> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "cell.mts");
    await Deno.writeTextFile(file, code);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["transpile", "--quiet", "--source-map", "inline", file],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(success ? stdout : stderr);
    if (success) {
      const encoded = /\/\/# sourceMappingURL=data:application\/json;base64,(.*)/.exec(text)?.[1];
      return encoded ? JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(encoded))) : {};
    }
    const found = /^error: (?:SyntaxError: )?(.*?)\n[^]*cell\.mts:(\d+):(\d+)/m.exec(text);
    return found ? { problem: { message: found[1], line: Number(found[2]), column: Number(found[3]) } } : {};
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
