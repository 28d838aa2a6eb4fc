import assert from "node:assert/strict";
import { join } from "node:path";
import { describeFailure, failureError } from "lib/runs/grid/process_failure.ts";
import { RunError } from "lib/runs/run_store.ts";
import { DatasetError } from "lib";
import { projectFolder } from "lib/runs";
import { UserError } from "lib/io/user_error.ts";
import { MissingDigestError } from "lib/nn/weights/safetensors.ts";
import { RunInUseError } from "lib/runs/lock_run.ts";
import { MapsError } from "lib/runs/probability_maps.ts";
import { StoppedError } from "lib/runs/stopped_error.ts";
import { explainError } from "../../../tasks/fail.ts";

Deno.test("every kind of error that a user can mend is known to the other process", async () => {
  const known = await Deno.readTextFile(join(projectFolder(), "lib/runs/grid/process_failure.ts"));
  const listed = /const USER_ERRORS = \{([^}]*)\}/.exec(known)![1];
  let found = 0;
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await visit(join(folder, name));
      else if (name.endsWith(".ts")) {
        const source = await Deno.readTextFile(join(folder, name));
        for (const [, type] of source.matchAll(/^export class (\w+) extends UserError/gm)) {
          found++;
          assert.match(listed, new RegExp(`\\b${type},`), join(folder, name));
        }
      }
    }
  };
  await visit(join(projectFolder(), "lib"));
  assert.ok(found > 10);
});

/** An error after its way through a line of JSON. */
const sent = (error: unknown) => failureError(JSON.parse(JSON.stringify(describeFailure(error))));

Deno.test("an error of another process is explained as its own are", () => {
  const kept = [
    new RunError("a"),
    new StoppedError(),
    new RunInUseError("b"),
    new MissingDigestError("c"),
    new UserError("d"),
  ];
  for (const error of kept) {
    assert.equal(sent(error).constructor, error.constructor);
    assert.equal(sent(error).message, error.message);
    assert.equal(sent(error).stack, error.stack);
  }
  // A class that other processes do not know comes as the one that it extends.
  assert.equal(sent(new MapsError("a.maps is damaged")).constructor, RunError);
  assert.equal(explainError(sent(new DatasetError("masks are missing: add them"))), "masks are missing: add them");
  const full = Object.assign(new Error("No space left on device (os error 28): write '/r/a'"), { code: "ENOSPC" });
  assert.match(explainError(sent(full)), /^The disk is full: \/r\/a was not written/);
  const bug = sent(new Error("a bug"));
  assert.match(explainError(bug), /bug in the program[^]*Error: a bug\n +at .*process_failure_test/);
  assert.equal(sent("text").message, "text");
});
