/** The notebook whose cells the notebooks of the other architectures copy. */
export const SOURCE = "02-unet.ipynb";

/** The notebooks that follow {@linkcode SOURCE}. */
export const FOLLOWERS = ["03-deeplabv3.ipynb", "04-deeplabv3plus.ipynb", "05-pspnet.ipynb"] as const;

interface Cell {
  cell_type: string;
  id: string;
  metadata: { tags?: string[] };
  source: string[];
}

interface Notebook {
  cells: Cell[];
}

const ARCHITECTURE = /^let architecture: .* = "(\w+)";$/m;

/** Returns the lines of the source's parameter cell, with the follower's architecture. */
function withArchitecture(source: string[], follower: string[]): string[] {
  const name = follower.join("").match(ARCHITECTURE)?.[1];
  return source.map((line) =>
    name ? line.replace(ARCHITECTURE, (text, known) => text.replace(`"${known}";`, `"${name}";`)) : line
  );
}

/**
 * Copies the cells of the source notebook to a follower. The follower keeps its heading (the first cell), its
 * `architecture` parameter, and the outputs of cells whose id is in the source.
 *
 * @param source text of the source's .ipynb file
 * @param follower text of the follower's .ipynb file
 * @returns text of the follower's new file; the same text if nothing differs
 */
export function followSource(source: string, follower: string): string {
  const notebook: Notebook = JSON.parse(follower);
  const cellsById = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const cells = (JSON.parse(source) as Notebook).cells.map((cell, i) => {
    const known = cellsById.get(cell.id);
    if (i === 0 && known) return known;
    const isParameters = cell.metadata.tags?.includes("parameters");
    const lines = isParameters && known ? withArchitecture(cell.source, known.source) : cell.source;
    const kept = known ?? (cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell);
    return { ...kept, metadata: cell.metadata, source: lines };
  });
  return JSON.stringify({ ...notebook, cells }, null, 1) + "\n";
}
