import assert from "node:assert/strict";
import { channelChoices } from "../../../tasks/page/view/channel_choices.ts";

const texts = (count: number, imageChannels: number) => channelChoices(count, imageChannels).map(({ text }) => text);

Deno.test("a page offers each channel of a file, and three as colours if its model takes colour", () => {
  assert.deepEqual(texts(1, 3), []);
  assert.deepEqual(texts(2, 3), ["all", "1", "2"]);
  assert.deepEqual(texts(4, 3), ["all", "1, 2, 3 as red, green, blue", "1", "2", "3", "4"]);
  assert.deepEqual(texts(4, 1), ["all", "1", "2", "3", "4"]);
  assert.deepEqual(channelChoices(4, 3).slice(0, 3).map(({ channels }) => channels), [undefined, [1, 2, 3], [1]]);
});
