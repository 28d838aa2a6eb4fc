import assert from "node:assert/strict";
import { pythonEnvironment } from "../../tasks/setup/python_environment.ts";

Deno.test("a Python environment is not installed on a node that may download nothing", async () => {
  const before = Deno.env.get("SETUP_CHECK_ONLY");
  Deno.env.set("SETUP_CHECK_ONLY", "1");
  try {
    await assert.rejects(
      pythonEnvironment("no-such-environment", "Sphinx", [], "stamp", "/nowhere/python"),
      /^UserError: Sphinx is not installed in .*no-such-environment, and SETUP_CHECK_ONLY=1 downloads nothing: run the same/,
    );
  } finally {
    if (before === undefined) Deno.env.delete("SETUP_CHECK_ONLY");
    else Deno.env.set("SETUP_CHECK_ONLY", before);
  }
});
