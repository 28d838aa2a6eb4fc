import assert from "node:assert/strict";
import { imageExtension, isImageName, plainName } from "lib/datasets/layouts/image_name.ts";
import { FORMATS } from "lib/images/formats/formats.ts";

Deno.test("Every format's extensions make a file an image, in upper and lower case", () => {
  for (const { extensions } of Object.values(FORMATS)) {
    assert.ok(extensions.length > 0);
    for (const extension of extensions) {
      assert.ok(isImageName(`a.${extension}`), extension);
      assert.ok(isImageName(`a.${extension.toUpperCase()}`), extension);
      assert.equal(plainName(`a.b.${extension}`), "a.b");
      assert.equal(imageExtension(`sub/a.${extension}`), `.${extension}`);
    }
  }
});

Deno.test("The extensions of no two formats are equal", () => {
  const all = Object.values(FORMATS).flatMap(({ extensions }) => [...extensions]);
  assert.equal(new Set(all).size, all.length);
  for (const known of ["png", "tif", "tiff", "btf", "tf2", "tf8", "svs", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib"]) {
    assert.ok(all.includes(known), known);
  }
});

Deno.test("A name is no image's without the dot, or with more after the extension", () => {
  for (const name of ["png", "apng", "a.png.txt", "a.tifx", "a.gif", "a.npy"]) {
    assert.equal(isImageName(name), false, name);
  }
});
