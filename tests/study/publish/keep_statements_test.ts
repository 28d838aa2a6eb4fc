import assert from "node:assert/strict";
import { keepStatements } from "lib/study/publish/ro_crate/keep_statements.ts";
import type { Crate } from "lib/study/publish/ro_crate/entity.ts";

const licence = { "@id": "#licence", "@type": "CreativeWork", name: "No licence stated" };
const made: Crate = {
  "@context": "https://w3id.org/ro/crate/1.1/context",
  "@graph": [{ "@id": "./", "@type": "Dataset", name: "new", license: { "@id": "#licence" } }, licence],
};
const by = "https://creativecommons.org/licenses/by/4.0/", orcid = "https://orcid.org/0000-0000-0000-0000";
const person = { "@id": orcid, "@type": "Person", name: "the author" };
const edited = (graph: unknown[]) => JSON.stringify({ "@graph": graph });

Deno.test("a licence and authors that the owner wrote stay when the study is run again", () => {
  const root = { "@id": "./", "@type": "Dataset", name: "old", license: { "@id": by }, author: [{ "@id": orcid }] };
  const terms = { "@id": by, "@type": "CreativeWork", name: "CC BY 4.0" };
  assert.deepEqual(keepStatements(made, edited([root, terms, person, { "@id": "other", "@type": "File" }]))["@graph"], [
    { "@id": "./", "@type": "Dataset", name: "new", license: { "@id": by }, author: [{ "@id": orcid }] },
    terms,
    person,
  ]);
  const renamed = { ...licence, name: "CC0" };
  const inPlace = keepStatements(made, edited([{ ...root, license: { "@id": "#licence" } }, renamed, person]));
  assert.deepEqual(inPlace["@graph"].find((entity) => entity["@id"] === "#licence"), renamed);
});

Deno.test("without an earlier crate, or with something else in its file, the crate is as it was made", () => {
  for (const earlier of [undefined, "", "{", "[]", edited([]), edited(["text"])]) {
    assert.deepEqual(keepStatements(made, earlier), made);
  }
});
