/**
 * Loads test files into one module graph, so that the library's modules are loaded and measured once and not again for
 * each file:
 *
 *     deno test -A tests/load_files.ts -- FILE...
 *
 * A file is named from the project's folder. A file that does not load is a test that fails.
 */
const root = new URL("../", import.meta.url);
for (const path of Deno.args) {
  try {
    await import(new URL(path, root).href);
  } catch (error) {
    Deno.test(`${path} loads`, () => {
      throw error;
    });
  }
}
