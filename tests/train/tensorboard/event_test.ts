import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encodeRecord } from "lib/io/tf_record.ts";
import { readEvent, scalarEvent, startEvent, versionEvent } from "lib/train/tensorboard/event.ts";

/** What TensorBoard writes: see make_event_fixtures.py. */
const folder = new URL("../../fixtures/", import.meta.url);
const { script, seconds, values, records } = JSON.parse(await Deno.readTextFile(new URL("events.json", folder)));

Deno.test("events have the bytes that TensorBoard writes", async () => {
  const made = await Deno.readFile(new URL("make_event_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(made).digest("hex"), "run make_event_fixtures.py again");
  const ours = {
    version: versionEvent(seconds),
    start: startEvent(seconds, 301),
    scalars: scalarEvent(seconds, 300, { ...values, "train/nothing": undefined }),
  };
  for (const [name, data] of Object.entries(ours)) assert.equal(encodeRecord(data).toHex(), records[name], name);
  assert.deepEqual(readEvent(ours.scalars), { step: 300, hasValues: true });
  assert.deepEqual(readEvent(ours.start), { step: 301, hasValues: false });
});
