import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { RunError } from "lib";
import { COMMITTED_SUMS, isCommitted, parseSums } from "lib/runs/committed_sums.ts";
import { readRecord, writeRecord } from "lib/runs/record_file.ts";
import { committedSums } from "../../tasks/committed_sums.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const schema = z.strictObject({ name: z.string(), dice: z.number() });
const advice = "delete it";

Deno.test("a record comes back as it was written, and every flipped bit of its file is found", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "run.json");
  for (const indent of [0, 1]) {
    const record = { name: "µ", dice: 0.5 };
    await writeRecord(path, record, { indent });
    assert.deepEqual(await readRecord(path, schema, { advice }), record);
    const bytes = await Deno.readFile(path);
    const { sha256 } = JSON.parse(new TextDecoder().decode(bytes));
    const blank = new TextDecoder().decode(bytes).replace(sha256, "0".repeat(64));
    assert.equal(createHash("sha256").update(blank).digest("hex"), sha256);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] ^= 1 << at % 8;
      await Deno.writeFile(path, flipped);
      await assert.rejects(
        readRecord(path, schema, { advice }),
        (error: Error) =>
          error instanceof RunError && /run\.json (is damaged \(.*\): delete it|has no digest)/.test(error.message),
      );
    }
  }
});

Deno.test("a record without a digest is taken where that is asked for, and what it says is still looked at", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "run.json");
  const read = (acceptWithoutDigest: boolean) => readRecord(path, schema, { advice, acceptWithoutDigest });
  assert.equal(await read(false), undefined);
  await Deno.writeTextFile(path, '{"name":"a","dice":1}');
  await assert.rejects(
    read(false),
    /run\.json has no digest.*--accept-earlier \(in a notebook set acceptEarlier = true, in code/,
  );
  assert.deepEqual(await read(true), { name: "a", dice: 1 });
  for (
    const [text, why] of [
      ["{", "it is not JSON"],
      ["null", "it is not a record"],
      ['{"name":"a"}', "dice is missing)"],
      [
        '{"name":"a","dice":null}',
        "dice is null instead of a number)",
      ],
      ['{"name":"a","dice":1,"sha256":"0"}', "its digest does not fit"],
    ]
  ) {
    await Deno.writeTextFile(path, text);
    await assert.rejects(read(true), (error: Error) => error.message.includes(`run.json is damaged (${why}`), text);
  }
});

Deno.test("the records that come with the project are those of SHA256SUMS", async () => {
  const text = await Deno.readTextFile(COMMITTED_SUMS);
  assert.equal(text, committedSums(), "run deno run -A tasks/committed_sums.ts");
  const sums = parseSums(text);
  assert.ok(sums.size > 100);
  for (const [path, sum] of sums) {
    const content = await Deno.readFile(join(dirname(COMMITTED_SUMS), path));
    assert.equal(createHash("sha256").update(content).digest("hex"), sum, path);
    assert.ok(await isCommitted(content));
    content[content.length >> 1] ^= 1;
    assert.equal(await isCommitted(content), false, basename(path));
  }
});
