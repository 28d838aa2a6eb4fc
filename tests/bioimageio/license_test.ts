import assert from "node:assert/strict";
import LICENSES from "spdx-license-ids/index.json" with { type: "json" };
import { authorProblem } from "lib/bioimageio/author.ts";
import { packageLicense } from "lib/bioimageio/card_license.ts";
import { licenseProblem } from "lib/bioimageio/license.ts";
import fixture from "../fixtures/bioimageio_schema.json" with { type: "json" };

Deno.test("the licences of a package are those of the specification's schema", () => {
  const [{ enum: allowed }] = fixture.schema.$defs.bioimageio__spec__model__v0_5__ModelDescr.properties.license.anyOf;
  assert.deepEqual(LICENSES.toSorted(), allowed!.toSorted());
});

Deno.test("a licence outside the SPDX list is refused, and the nearest one suggested", () => {
  for (const license of ["CC-BY-4.0", "MIT", "CC0-1.0"]) assert.equal(licenseProblem(license), undefined, license);
  const suggestions = {
    "CC-BY": "CC-BY-4.0",
    "cc-by-4.0": "CC-BY-4.0",
    "CC BY-NC 4.0": "CC-BY-NC-4.0",
    "CC0": "CC0-1.0",
    "MIT License": "MIT",
    "Apache 2.0": "Apache-2.0",
    "GPL-3.0": "GPL-3.0-only",
    "BSD-3-Clauses": "BSD-3-Clause",
  };
  for (const [license, near] of Object.entries(suggestions)) {
    assert.equal(licenseProblem(license), `give an identifier of the SPDX list (did you mean ${near}?)`, license);
  }
  for (const license of ["", "all rights reserved"]) {
    assert.equal(licenseProblem(license), "give an identifier of the SPDX list, such as CC-BY-4.0");
  }
});

Deno.test("the licence in a card's first lines is that of the package, and contradicts no other", () => {
  const card = (license: string) => `---\n# The owner decides\nlicense: ${license}\ntags: []\n---\n\nlicense: MIT\n`;
  assert.equal(packageLicense(undefined, card("cc-by-4.0")), "CC-BY-4.0");
  assert.equal(packageLicense(undefined, card('"MIT" # mine').replaceAll("\n", "\r\n")), "MIT");
  assert.equal(packageLicense("CC-BY-4.0", card("cc-by-4.0")), "CC-BY-4.0");
  for (const nothing of [card("unknown"), card("other"), card(""), "# run\n", undefined]) {
    assert.equal(packageLicense(undefined, nothing), undefined);
    assert.equal(packageLicense("MIT", nothing), "MIT");
  }
  const refused = (message: RegExp, license: string, given?: string) =>
    assert.throws(() => packageLicense(given, card(license), "RUN/README.md"), { name: "PackageError", message });
  refused(/^RUN\/README\.md has the licence CC-BY-4\.0, not MIT: give CC-BY-4\.0, or change/, "cc-by-4.0", "MIT");
  refused(/^RUN\/README\.md has the licence "cc-by": give .*\(did you mean CC-BY-4\.0\?\)$/, "cc-by");
});

Deno.test("an author's name with slashes is refused", () => {
  for (const author of ["A. Author", "Jean-Luc O’Neil"]) assert.equal(authorProblem(author), undefined, author);
  assert.equal(authorProblem("A/B Lab"), 'write it without slashes, such as "A and B Lab"');
  assert.equal(authorProblem("A \\ B"), 'write it without slashes, such as "A and B"');
  assert.equal(authorProblem(" "), "give a name");
});
