import assert from "node:assert/strict";
import { describeName, namesAt } from "../../tasks/jupyter/cells/describe_name.ts";
import { explainError } from "../../tasks/jupyter/cells/explain_error.ts";
import { explainUnknown } from "../../tasks/jupyter/cells/explain_unknown.ts";
import { exportedNames } from "../../tasks/jupyter/cells/exported_names.ts";
import { ENTRIES, parseDocumentation } from "../../tasks/jupyter/cells/library_names.ts";
import { prepareCell } from "../../tasks/jupyter/cells/prepare_cell.ts";
import { sourcePlace } from "../../tasks/jupyter/cells/source_places.ts";

const library = new Map([["lossCurve", "function lossCurve(): Figure"], ["Figure", "interface Figure"]]);
const prepare = (code: string, declared = new Map()) =>
  prepareCell(code, declared, () => Promise.resolve(new Map([["lib", new Set(library.keys())]])));

Deno.test("every await of a cell becomes one that Stop ends, in functions too, and nothing else changes", async () => {
  const code =
    "const a: Größe = await f<number>(1, await g())!;\nconst h = async () => { await a as B; };\n// await no";
  assert.equal(
    (await prepare(code)).code,
    "const a: Größe = await __cell.wait(f<number>(1, await __cell.wait(g())))!;\n" +
      "const h = async () => { await __cell.wait(a) as B; };\n// await no",
  );
  assert.equal((await prepare("1 + 1")).code, "1 + 1");
});

Deno.test("a loop over what comes later ends with Stop too, and a cell says when its modules are loaded", async () => {
  assert.deepEqual(await prepare('import { Figure } from "lib"\nfor await (const x of g()) console.log(x);'), {
    code: 'import { Figure } from "lib"; __cell.imported();\n' +
      "for await (const x of __cell.iterate(g())) console.log(x);",
    imports: true,
  });
});

Deno.test("a cell that cannot be parsed, or has more than types, is left as it is", async () => {
  assert.deepEqual(await prepare("const x = ;"), {});
  assert.deepEqual(await prepare("enum E { A }; await f();"), {});
});

Deno.test("variables that a cell declares again lose their value first, but not those that it reads", async () => {
  const declared = new Map();
  const cell = "const run = await train(), { a: [b], ...rest } = run;\nlet sum = 0;\nvar old = 1;";
  assert.equal((await prepare(cell, declared)).before, undefined);
  assert.equal(
    (await prepare(cell, declared)).before,
    `const run = __cell.unset("run"); const b = __cell.unset("b"); const rest = __cell.unset("rest"); let sum = __cell.unset("sum");`,
  );
  assert.equal((await prepare("let sum = sum + 1;", declared)).before, undefined);
  assert.equal((await prepare("sum++;\nlet sum = 1;", declared)).before, undefined);
  // Another kind of declaration is the kernel's to refuse.
  assert.equal((await prepare("let run = 1;", declared)).before, undefined);
});

Deno.test("a name that lib does not have is refused with the nearest one and its place", async () => {
  const { error } = await prepare(`import {\n  type Figure,\n  lossCurv as curve,\n} from "lib";`);
  assert.deepEqual(error, {
    ename: "ImportError",
    evalue: `lib has no "lossCurv": did you mean lossCurve? (line 3, column 3)`,
    traceback: [
      `ImportError: lib has no "lossCurv": did you mean lossCurve? (line 3, column 3)`,
      "",
      "3 |   lossCurv as curve,",
      "  |   ^",
    ],
  });
  assert.equal((await prepare(`import { lossCurve, Figure } from "lib";`)).error, undefined);
  assert.equal((await prepare(`import { lossCurv } from "elsewhere";`)).error, undefined);
});

Deno.test("a name of another entry is named with that entry", () => {
  const entries = new Map([["lib", new Set(["train"])], ["lib/plots", new Set(["lossCurve"])]]);
  const explain = (module: string, name: string) => explainUnknown({ module, name }, entries);
  assert.equal(explain("lib", "lossCurve"), `lib has no "lossCurve": import it from "lib/plots"`);
  assert.equal(explain("lib", "lossCurv"), `lib has no "lossCurv": did you mean lossCurve, from "lib/plots"?`);
  assert.equal(explain("lib/plots", "train"), `lib/plots has no "train": import it from "lib"`);
  assert.equal(explain("lib/plots", "lossCurv"), `lib/plots has no "lossCurv": did you mean lossCurve?`);
});

Deno.test("exportedNames() finds every name that lib exports, types too", async () => {
  const names = await exportedNames(ENTRIES.get("lib")!);
  assert.deepEqual(Object.keys(await import("lib")).filter((name) => !names.has(name)), []);
  for (const type of ["TrainOptions", "Image", "Dataset"]) assert.ok(names.has(type), type);
  for (const no of ["default", "type", "from", "constructor"]) assert.ok(!names.has(no), no);
});

const failed = { ename: "Error", evalue: "Execution failed", traceback: [] };

Deno.test("a syntax error is explained with its line, column and text", async () => {
  const { error } = await explainError(failed, { count: 1, code: "let a = 1;\n\nconst x = ;" });
  assert.equal(error!.ename, "SyntaxError");
  assert.match(error!.evalue, /^Expression expected \(line 3, column 11\)$/);
  assert.deepEqual(error!.traceback.slice(-2), ["3 | const x = ;", "  |           ^"]);
});

Deno.test("an error names the lines of the cells as they are written", async () => {
  const f = { count: 4, code: "// twice\n\nfunction f() {\n\n  throw new Error('bad');\n}" };
  const code = "const a: number = 1;\n\n\nawait g(await f());";
  const cell = { count: 5, code, prepared: "const a: number = 1;\n\n\nawait __cell.wait(g(await __cell.wait(f())));" };
  const traceback = [
    "Error: bad\n    at f (<anonymous>:3:9)",
    "    at async <anonymous>:2:49",
    "    at lib (file:///lib.ts:1:2)",
  ];
  const { error } = await explainError({ ename: "Error", evalue: "bad", traceback }, cell, [f]);
  assert.deepEqual(error!.traceback, [
    "Error: bad",
    "    at f (cell [4], line 5, column 9)",
    "    at async this cell, line 4, column 15",
    "    at lib (file:///lib.ts:1:2)",
    "",
    "5 |   throw new Error('bad');",
    "  |         ^",
  ]);
});

Deno.test("a Stop that was wanted is a sentence, and other errors stay errors", async () => {
  const cell = { count: 1, code: "while (true);" };
  const error = (evalue: string, ename = "RunError") => ({ ename, evalue, traceback: [`${ename}: ${evalue}`] });
  const stopped = error("Ended at step 3", "StoppedError");
  assert.deepEqual(await explainError(failed, cell, [], true), { sentence: "Stopped." });
  assert.deepEqual(await explainError(stopped, cell, [], true), { sentence: "Ended at step 3." });
  assert.equal((await explainError(error("Stopped here"), cell, [], true)).error!.evalue, "Stopped here");
  assert.equal((await explainError(stopped, cell, [], false)).error!.evalue, "Ended at step 3");
});

Deno.test("sourcePlace() reads a source map's lines", () => {
  // Line 1 from line 1, line 2 from line 5, its column 8 from column 11.
  const mappings = "AAAA;AAIA,QAAU";
  assert.deepEqual(sourcePlace(mappings, { line: 1, column: 1 }), { line: 1, column: 1 });
  assert.deepEqual(sourcePlace(mappings, { line: 2, column: 3 }), { line: 5, column: 1 });
  assert.deepEqual(sourcePlace(mappings, { line: 2, column: 9 }), { line: 5, column: 11 });
  assert.equal(sourcePlace(mappings, { line: 3, column: 1 }), undefined);
});

Deno.test("Shift+Tab describes the name at the cursor, or the function whose brackets it is in", () => {
  assert.deepEqual(namesAt("f(lossCurve, [1, g(2)])", 4), ["lossCurve", "f"]);
  assert.deepEqual(describeName("lossCurve([1, f(2)])", 9, library), { "text/plain": library.get("lossCurve") });
  assert.deepEqual(describeName("lossCurve([1, f(2)])", 12, library), { "text/plain": library.get("lossCurve") });
  // The cursor counts code points.
  assert.deepEqual(describeName("'🔬'; Figure", 8, library), { "text/plain": "interface Figure" });
  assert.equal(describeName("nothing", 3, library), undefined);
});

Deno.test("parseDocumentation() takes each name with its type and documentation", () => {
  const names = parseDocumentation(
    "Defined in file:///a.ts:1:1\n\nasync function f(x: number): Promise<void>\n  Does it.\n\n  @param x\n\n\n" +
      "Defined in file:///a.ts:9:1\n\nconst T\n\nDefined in file:///a.ts:9:1\n\ntype T = number\n",
  );
  assert.deepEqual([...names], [
    ["f", "async function f(x: number): Promise<void>\n  Does it.\n\n  @param x"],
    ["T", "const T\n\ntype T = number"],
  ]);
});
