import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { archiveMaps, PREDICTIONS, readKeptMaps, removeLooseMaps } from "lib/runs/kept_maps.ts";
import { writeMaps } from "lib/runs/probability_maps.ts";
import { numpyPython } from "../study/publish/numpy_python.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const python = await numpyPython();
const skipped = python ? "" : " (skipped: there is no Python with NumPy)";

/** Prints the CRC check of all entries, and each map's shape and values. */
const PRINT = `
with zipfile.ZipFile(PATH) as archive:
    broken = archive.testzip()
shown = {id: [list(values.shape), values.ravel().tolist()] for id, values in maps.items()}
print(json.dumps([broken, shown]))
`;

Deno.test({
  name: `the Python of docs/study/methods.md reads the maps that the project reads${skipped}`,
  ignore: !python,
  async fn() {
    await using folder = await temporaryFolder();
    const path = join(folder.path, PREDICTIONS), file = "validation-epoch6.maps";
    const map = (id: string, width: number, height: number, classes: number) => ({
      id,
      width,
      height,
      probabilities: Float32Array.from({ length: width * height * classes }, (_, i) => i % 97 / 96),
    });
    const maps = [map("a", 40, 30, 1), map("b", 8, 5, 3)];
    const kept = { file, sha256: await writeMaps(join(folder.path, file), maps) };
    const other = "test-epoch6.maps";
    await archiveMaps(folder.path, [kept, { file: other, sha256: await writeMaps(join(folder.path, other), []) }]);
    await removeLooseMaps(folder.path);

    const document = await Deno.readTextFile(join(projectFolder(), "docs/study/methods.md"));
    const [, code] = document.match(/^```python\n(import gzip[\s\S]*?)^```$/m)!;
    const named = code.replace(/"[^"]*predictions\.zip"/, "PATH");
    assert.ok(named.includes("PATH") && named.includes(file));
    const script = `PATH = ${JSON.stringify(path)}\n${named}${PRINT}`;
    const { success, stdout, stderr } = await new Deno.Command(python!, { args: ["-c", script] }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const [broken, shown] = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(broken, null);
    const read = (await readKeptMaps(folder.path, kept)).maps;
    assert.deepEqual(Object.keys(shown), read.map(({ id }) => id));
    for (const { id, width, height, probabilities } of read) {
      const [shape, values] = shown[id];
      assert.deepEqual(shape, [height, width, probabilities.length / (width * height)]);
      assert.deepEqual(Float32Array.from(values), probabilities);
    }
  },
});
