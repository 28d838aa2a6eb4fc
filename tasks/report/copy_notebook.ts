/** The parts of a notebook's file that a report changes. */
export interface Notebook {
  cells: { cell_type: string; metadata?: { tags?: string[] }; [key: string]: unknown }[];
  [key: string]: unknown;
}

/** Returns a notebook without the cells that have a tag. */
export function withoutCells(notebook: Notebook, tag: string): Notebook {
  return { ...notebook, cells: notebook.cells.filter(({ metadata }) => !metadata?.tags?.includes(tag)) };
}

/**
 * Returns a notebook with a tag of MyST-NB on its code cells.
 *
 * @param tag `hide-input` to fold the code, `remove-input` to leave it out
 * @see https://myst-nb.readthedocs.io/en/v1.4.0/render/hiding.html
 */
export function tagCode(notebook: Notebook, tag: "hide-input" | "remove-input"): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const tags = cell.metadata?.tags ?? [];
    return { ...cell, metadata: { ...cell.metadata, tags: [...tags, tag] } };
  });
  return { ...notebook, cells };
}
