// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { checkFiles } from "../../stress/damage/check_files.ts";
import { FORMATS } from "../../stress/damage/weights_suite.ts";

Deno.test("small files of weights that ask for much are refused by name", async () => {
  await using folder = await temporaryFolder();
  let count = 0;
  for (const { crafted = [], read, isNamed } of Object.values(FORMATS)) {
    for (const { name, make } of crafted) {
      // Those that are large themselves belong to the stress test.
      if (/million|megabytes\.|compressed|nested/.test(name)) continue;
      const path = join(folder.path, name), bytes = make();
      await Deno.writeFile(path, bytes);
      const error = await read(path, bytes).then(() => undefined, (error) => error);
      // What JavaScript calls a constructor is a name like others.
      if (!error && /^(id|metadata)-/.test(name)) continue;
      assert.ok(error instanceof Error && isNamed(error, path), `${name}: ${error?.stack}`);
      count++;
    }
  }
  assert.ok(count > 40, `${count} files`);
});

Deno.test("damaged files of weights are read or refused by name, in processes of their own", async () => {
  const { passed, counts, notes } = await checkFiles("weights", "weights_suite", {
    count: 40,
    seed: 7,
    crafted: false,
  });
  assert.ok(passed, notes.join("\n"));
  assert.equal(counts.files, 40 * Object.keys(FORMATS).length);
  assert.ok(counts.read > 0 && counts.refused > 100, JSON.stringify(counts));
});
