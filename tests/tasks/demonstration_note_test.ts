import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { demonstrationNote } from "../../tasks/demonstration_note.ts";

Deno.test("demonstrationNote() says the steps of a model, and the way to real answers", async () => {
  const dataset = await generateDataset({ count: 12, size: 32, seed: 1 });
  const config = { folds: 3, testShare: 0, batchSize: 4, epochs: 30 };
  // Eight images train, in batches of four.
  const note = demonstrationNote(dataset, config, "my-images");
  assert.match(note, /about 60 steps, too few/);
  assert.match(note, /deno task study --data my-images --profile full/);
  assert.match(
    demonstrationNote(dataset, config, "my mother's images"),
    /--data 'my mother'\\''s images' --profile full[^]*--data 'my mother'\\''s images' /,
  );
  assert.match(demonstrationNote(dataset, config, ""), /generated images.*use your own/);
});
