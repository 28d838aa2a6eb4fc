/** A notebook's file, as far as a report changes it. */
export interface Notebook {
  cells: { cell_type: string; metadata?: { tags?: string[] }; [key: string]: unknown }[];
  [key: string]: unknown;
}

/** A notebook without the cells that carry a tag. */
export function withoutCells(notebook: Notebook, tag: string): Notebook {
  return { ...notebook, cells: notebook.cells.filter(({ metadata }) => !metadata?.tags?.includes(tag)) };
}

/**
 * A notebook whose code cells carry a tag of MyST-NB's.
 *
 * @param tag `hide-input` folds the code, `remove-input` leaves it out
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
