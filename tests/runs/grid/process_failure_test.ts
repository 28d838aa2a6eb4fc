import assert from "node:assert/strict";
import { describeFailure, failureError } from "lib/runs/grid/process_failure.ts";
import { RunError } from "lib/runs/run_store.ts";
import { DatasetError } from "lib";
import { explainError } from "../../../tasks/fail.ts";

/** An error after its way through a line of JSON. */
const sent = (error: unknown) => failureError(JSON.parse(JSON.stringify(describeFailure(error))));

Deno.test("an error of another process is explained as its own are", () => {
  assert.ok(sent(new RunError("stopped")) instanceof RunError);
  assert.equal(explainError(sent(new DatasetError("masks are missing: add them"))), "masks are missing: add them");
  const full = Object.assign(new Error("No space left on device (os error 28): write '/r/a'"), { code: "ENOSPC" });
  assert.match(explainError(sent(full)), /^The disk is full: \/r\/a was not written/);
  const bug = sent(new Error("a bug"));
  assert.match(explainError(bug), /bug in the program[^]*Error: a bug\n +at .*process_failure_test/);
  assert.equal(sent("text").message, "text");
});
