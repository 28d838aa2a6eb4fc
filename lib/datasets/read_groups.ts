import { DatasetError } from "./dataset.ts";
import { closestName } from "./layouts/closest_name.ts";
import { nestedId, plainName } from "./layouts/image_name.ts";
import { checkRowLengths, findColumn, readTable } from "./read_table.ts";
import { plainCell } from "../io/spreadsheet_cell.ts";

const ID_COLUMNS = ["id", "image_id", "image", "filename", "file"];
/** `mosaic_group` is the older name. */
const GROUP_COLUMNS = ["mosaic_group", "group"];

/** Normalises a name: ignores case, `.ome` and nnU-Net's channel number, in which a table may differ. */
function loose(name: string): string {
  return name.toLowerCase().replace(/\.ome$|_0000$/, "");
}

/** Finds the id for a table's name: an id, a file's name or path, a page of a stack, or a normalised name. */
function idFinder(ids: readonly string[]): (name: string) => string | undefined {
  const known = new Set(ids);
  const alike = Map.groupBy(ids, loose);
  return (name) => {
    const plain = plainName(name);
    const page = plain.replace(/#\d+$/, "");
    const candidates = [name.normalize("NFC"), plain, nestedId(plain), plain.slice(plain.lastIndexOf("/") + 1), page];
    const exact = candidates.find((candidate) => known.has(candidate));
    if (exact !== undefined) return exact;
    const [only, second] = alike.get(loose(plain)) ?? [];
    return second === undefined ? only : undefined;
  };
}

/**
 * Reads the groups of images from a table with the columns `id` and `group` (or `mosaic_group`), separated by commas,
 * semicolons or tabs. Ids may have an image's extension. With a column `set`, only the rows of the set `name` are used.
 *
 * @param optional ids that the table may omit
 * @returns the group of each id
 * @throws {DatasetError} if a column is missing, or an id is unknown, listed twice with different groups, or missing.
 */
export async function readGroups(
  path: string,
  ids: readonly string[],
  name: string,
  optional: readonly string[] = [],
): Promise<Map<string, string>> {
  const table = await readTable(path);
  const idColumn = findColumn(table, ID_COLUMNS), groupColumn = findColumn(table, GROUP_COLUMNS);
  const setColumn = findColumn(table, ["set"]);
  if (idColumn < 0 || groupColumn < 0) {
    throw new DatasetError(
      `${path} needs the columns "id" and "group", not "${table.columns.join(", ")}": rename them, ` +
        "or rename the file if it contains something else",
    );
  }
  checkRowLengths(table);
  const find = idFinder([...ids, ...optional]);
  const groups = new Map<string, string>(), names = new Map<string, string>();
  const rows = table.rows.filter((row) => setColumn < 0 || row[setColumn] === name);
  if (rows.length === 0 && table.rows.length > 0) {
    const sets = [...new Set(table.rows.map((row) => row[setColumn]))].slice(0, 5).join(", ");
    throw new DatasetError(`${path} has no line with "set" ${name} (found ${sets}): add lines for its images`);
  }
  for (const row of rows) {
    const given = plainCell(row[idColumn]), group = plainCell(row[groupColumn]);
    const id = find(given);
    if (id === undefined) {
      const close = closestName(given, ids.map((name) => ({ name })));
      throw new DatasetError(
        `${path} names "${given}", which is not in ${name}: ` +
          (close ? `write "${close.name}" if that is meant, or remove its line` : "remove its line"),
      );
    }
    if (!group) throw new DatasetError(`${path} gives "${given}" no group: fill it in`);
    // Pages of one file may each have a line.
    if (groups.has(id) && (groups.get(id) !== group || names.get(id) === given)) {
      throw new DatasetError(`${path} names "${given}" twice: keep one line`);
    }
    groups.set(id, group);
    names.set(id, given);
  }
  const missing = ids.find((id) => !groups.has(id));
  if (missing !== undefined) throw new DatasetError(`${path} does not name "${missing}": add a line with its group`);
  return groups;
}
