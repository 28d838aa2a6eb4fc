import { z } from "zod";
import type { Crate, Entity } from "./entity.ts";

const Statement = z.looseObject({ "@id": z.string() });
/** What is read of a crate that its owner may have edited. */
const EditedCrate = z.object({ "@graph": z.array(Statement) });

/** What only the owner of a study can state, as properties of the crate's root. */
const STATEMENTS = ["license", "author"] as const;

/** Returns the ids to which a value refers. */
function idsIn(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((each) => Statement.safeParse(each).data?.["@id"] ?? []);
}

/** Returns the entity that describes the crate's folder. */
const rootOf = ({ "@graph": graph }: Crate) => graph.find((entity) => entity["@id"] === "./");

/**
 * Returns a crate with the licence and the authors that the owner of the study wrote into an earlier one.
 *
 * @param crate the new description
 * @param earlier text of the file that it replaces; what is no crate is ignored
 */
export function keepStatements(crate: Crate, earlier: string | undefined): Crate {
  if (earlier === undefined) return crate;
  let given: unknown;
  try {
    given = JSON.parse(earlier);
  } catch {
    return crate;
  }
  const found = EditedCrate.safeParse(given).data?.["@graph"] ?? [];
  const root = found.find((entity) => entity["@id"] === "./");
  if (!root) return crate;
  const kept = Object.fromEntries(STATEMENTS.flatMap((name) => root[name] === undefined ? [] : [[name, root[name]]]));
  const ids = new Set(Object.values(kept).flatMap(idsIn));
  const stated = found.filter((entity) => ids.has(entity["@id"])) as Entity[];
  // The place of a licence that was replaced by another entity would say that there is none.
  const dropped = new Set(kept.license === undefined ? [] : idsIn(rootOf(crate)?.license).filter((id) => !ids.has(id)));
  const own = crate["@graph"].filter((entity) => !dropped.has(entity["@id"])).map((entity) =>
    entity["@id"] === "./" ? { ...entity, ...kept } as Entity : entity
  );
  return { ...crate, "@graph": [...new Map([...own, ...stated].map((entity) => [entity["@id"], entity])).values()] };
}
