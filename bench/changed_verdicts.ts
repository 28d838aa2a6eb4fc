/**
 * Lists the verdicts of a study that another machine, or another entry of the table of algorithms, changes: those on differences
 * between losses and between ensembles and members, and those on the claims. It also says which members both recommend.
 *
 *     deno run -A bench/changed_verdicts.ts RESULTS OTHER_RESULTS [STUDY]
 *
 * RESULTS are the folders that hold the study: `quick`, the demonstration, unless it is named. It prints Markdown.
 */
import { judgeClaims, openStudy, recommend } from "lib/study";
import { compareVerdicts } from "./compare_verdicts.ts";

const [earlier, later, name = "quick"] = Deno.args;
if (!later) throw new Error("Usage: changed_verdicts.ts RESULTS OTHER_RESULTS [STUDY]");

const studies = [await openStudy(name, earlier), await openStudy(name, later)];
const { count, changed } = compareVerdicts(studies[0], studies[1]);
console.log(`${changed.length} of ${count} differences have another verdict on the networks at hand:\n`);
console.log("| difference | before | now |\n|---|---|---|");
for (const row of changed) console.log(`| ${row.join(" | ")} |`);

const [claims, others] = studies.map(judgeClaims);
const turned = claims.flatMap(({ id, claim, verdict }) => {
  const other = others.find((each) => each.id === id)?.verdict ?? "missing";
  return other === verdict ? [] : [`- ${claim}: ${verdict}, now ${other}`];
});
console.log(`\n${turned.length} of ${claims.length} claims have another verdict`);
for (const line of turned) console.log(line);

const [before, now] = studies.map(({ analysis }) => {
  const { method, members } = recommend(analysis);
  return `${method} of ${members.map(({ name }) => name).join(", ")}`;
});
console.log(`\nRecommended: ${before}, now ${now}`);
