import assert from "node:assert/strict";
import { readPixelSize } from "../../../tasks/page/view/read_pixel_size.ts";
import { Refusal } from "../../../tasks/page/view/page_worker.ts";

const read = (value: string, badInput = false) =>
  readPixelSize({ value, valueAsNumber: value ? Number(value) : NaN, validity: { badInput } });

Deno.test("a page reads the size of a pixel, and refuses a text that is no number above 0", () => {
  assert.equal(read("0.325"), 0.325);
  assert.equal(read(""), undefined);
  assert.throws(() => read("0"), new Refusal('The pixel size is "0": give a number above 0, in µm, such as 0.325'));
  // For "0,3 µm" a browser gives an empty value.
  assert.throws(() => read("", true), /^Error: The pixel size is not a number: give a number above 0, in µm/);
});
