import assert from "node:assert/strict";
import { join } from "node:path";
import { findReportPython } from "../../../tasks/report/find_python.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

Deno.test("a report takes the first Python that is new enough, and says which one is too old", async () => {
  await using folder = await temporaryFolder();
  const write = async (name: string, version: string) => {
    const path = join(folder.path, name);
    await Deno.writeTextFile(path, `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    return path;
  };
  const [old, good, newer] = [await write("old", "3 10"), await write("good", "3 11"), await write("newer", "3 13")];
  assert.equal(await findReportPython([join(folder.path, "none"), old, good, newer]), good);
  await assert.rejects(findReportPython([old]), {
    name: "RunError",
    message: /^The report needs Python 3\.11 or newer, and \S+old is 3\.10\. Install it .*nothing was built$/,
  });
  await assert.rejects(findReportPython([]), /and there is no python3\. Install/);
});
