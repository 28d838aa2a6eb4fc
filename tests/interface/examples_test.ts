import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";

const ENTRY = join(projectFolder(), "lib/mod.ts");

/** Where a name is declared, with the comment above it. */
interface Declaration {
  kind: string;
  comment: string;
}

/** Follows a name from file to file until its declaration. */
async function findDeclaration(path: string, name: string): Promise<Declaration> {
  const text = await Deno.readTextFile(path);
  const comment = String.raw`((?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?)`;
  const word = name.replaceAll("$", String.raw`\$`);
  const declared = new RegExp(
    `${comment}export (?:abstract |async )*(function\\*?|class|const|interface|type|\\* as) ${word}\\b`,
  ).exec(text);
  if (declared) return { comment: declared[1], kind: declared[2] };
  for (const [, names, target] of text.matchAll(/export (?:type )?\{([^}]*)\} from "(\.[^"]+)"/g)) {
    if (names.split(",").some((each) => each.trim().replace(/^type /, "") === name)) {
      return await findDeclaration(join(dirname(path), target), name);
    }
  }
  throw new Error(`${name} is not declared in ${path}: export it from the file that declares it`);
}

/** The names that the main entry exports, and which of them are types alone. */
async function exportedByEntry(): Promise<{ name: string; isType: boolean }[]> {
  const text = await Deno.readTextFile(ENTRY);
  return [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, type, names]) =>
    names.split(",").map((each) => each.trim()).filter(Boolean).map((each) => ({
      name: each.replace(/^type /, ""),
      isType: type !== undefined || each.startsWith("type "),
    }))
  );
}

Deno.test("every name of the main entry has a docstring", async () => {
  for (const { name } of await exportedByEntry()) {
    assert.match((await findDeclaration(ENTRY, name)).comment, /^\/\*\*/, `${name} has no docstring`);
  }
});

// What is exported as a type is shown by the example of the function that takes or returns it.
Deno.test("every function, class and constant of the main entry has an example that imports it from lib", async () => {
  const without: string[] = [];
  for (const { name, isType } of await exportedByEntry()) {
    if (isType) continue;
    const { kind, comment } = await findDeclaration(ENTRY, name);
    const [, example = ""] = comment.split("@example");
    const imported = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "lib"`).test(example);
    // A class that a function makes is shown by that function.
    const made = kind === "class" && /from "lib"/.test(example);
    if (!imported && !made) without.push(name);
  }
  assert.deepEqual(without, [], "give each an @example with a block of ts, which deno test --doc runs");
});
