import assert from "node:assert/strict";
import { z } from "zod";
import { describeDamage, explainIssue, valueAt, writePath } from "lib/io/explain_issue.ts";

const Schema = z.strictObject({
  epochs: z.int().positive(),
  crop: z.int().min(32),
  share: z.number().gt(0).max(1),
  loss: z.enum(["bce", "focal", "dice"]),
  channels: z.union([z.literal(1), z.literal(3)]),
  names: z.array(z.enum(["a", "b"])).min(1),
  on: z.boolean(),
  version: z.literal(1),
}).partial();

function explain(given: unknown): string {
  const [issue] = Schema.safeParse(given).error!.issues;
  return `${writePath(issue.path)}: ${explainIssue(issue, valueAt(given, issue.path))}`;
}

Deno.test("a value that does not fit is answered with what to give, in plain words", () => {
  const sentences: [unknown, string][] = [
    [{ epochs: "many" }, "epochs: give a number"],
    [{ epochs: 1.5 }, "epochs: give a whole number"],
    [{ epochs: 0 }, "epochs: give a number above 0"],
    [{ crop: 8 }, "crop: give 32 or more"],
    [{ share: 2 }, "share: give 1 or less"],
    [{ loss: "bcee" }, "loss: choose bce, focal or dice (did you mean bce?)"],
    [{ loss: 7 }, "loss: choose bce, focal or dice"],
    [{ channels: 2 }, "channels: give 1 or 3"],
    [{ version: 2 }, "version: give 1"],
    [{ names: "a" }, 'names: give a list, such as ["a", "b"]'],
    [{ names: [] }, "names: give 1 entry or more"],
    [{ names: ["a", "bb"] }, "names[1]: choose a or b (did you mean b?)"],
    [{ on: "yes" }, "on: give true or false"],
  ];
  for (const [given, sentence] of sentences) assert.equal(explain(given), sentence);
});

Deno.test("damage to a record is described by what it holds, and what belongs there", () => {
  const Record = Schema.required().extend({ kind: z.discriminatedUnion("of", [z.object({ of: z.literal("a") })]) });
  const sound = {
    epochs: 3,
    crop: 32,
    share: 1,
    loss: "bce",
    channels: 1,
    names: ["a"],
    on: true,
    version: 1,
    kind: { of: "a" },
  };
  const describe = (given: unknown) => describeDamage(Record.safeParse(given).error!.issues[0], given, "the record");
  const { epochs: _, ...short } = sound;
  assert.equal(describe(short), "epochs is missing");
  assert.equal(describe({ ...sound, epochs: -1 }), "epochs is -1 instead of a number above 0");
  assert.equal(describe({ ...sound, share: null }), "share is null instead of a number");
  assert.equal(describe({ ...sound, loss: "bcee" }), 'loss is "bcee" instead of bce, focal or dice');
  assert.equal(describe({ ...sound, names: ["a", 3] }), "names[1] is 3 instead of a or b");
  assert.equal(describe({ ...sound, more: 1 }), "the record has more, which is not known");
  assert.equal(describe({ ...sound, kind: { of: "b" } }), 'kind.of is "b" instead of a known one');
  const Ordered = z.object({ low: z.number(), high: z.number() })
    .refine(({ low, high }) => low < high, "its bounds are in the wrong order");
  const given = { low: 2, high: 1 };
  assert.equal(
    describeDamage(Ordered.safeParse(given).error!.issues[0], given, "the record"),
    "its bounds are in the wrong order",
  );
  assert.equal(describe([]), 'the record is [] instead of names with values, such as {"a": 1}');
});
