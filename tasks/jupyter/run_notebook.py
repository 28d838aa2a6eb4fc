"""Runs all cells of a notebook in order, and stops at the first error.

    python run_notebook.py NOTEBOOK OUTPUT PARAMETERS [SECONDS]

PARAMETERS is a JSON object whose values go into the variables of the cell tagged "parameters". The
executed copy is written to OUTPUT, also when a cell fails. A cell that takes longer than SECONDS fails.
"""

import difflib
import json
import os
import pathlib
import re
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

source, output, parameters = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), json.loads(sys.argv[3])
seconds = int(sys.argv[4]) if len(sys.argv) > 4 else None


def tags(cell):
    return cell.metadata.get("tags", [])


def save(notebook):
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        # Times differ between runs, the numbers do not.
        cell.metadata.pop("execution", None)
    temporary = output.with_name(f".{output.name}.partial")
    temporary.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.replace(temporary, output)


notebook = nbformat.read(source, as_version=4)
notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in tags(cell)]
if parameters:
    place = next((i for i, cell in enumerate(notebook.cells) if "parameters" in tags(cell)), None)
    if place is None:
        sys.exit(f'{source} has no cell tagged "parameters": it has no parameters')
    declared = re.findall(r"^\s*let\s+(\w+)", notebook.cells[place].source, re.MULTILINE)
    for name in parameters:
        if name not in declared:
            near = difflib.get_close_matches(name.lower(), declared, n=1, cutoff=0)
            hint = f'did you mean "{near[0]}"? ' if near else ""
            sys.exit(f'{source} has no parameter "{name}": {hint}It has {", ".join(declared)}')
    # The last value of a cell is shown, so this cell ends without one.
    lines = [*(f"{name} = {json.dumps(value)};" for name, value in parameters.items()), "undefined;"]
    cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": ["injected-parameters"]})
    cell.id = "injected-parameters"
    notebook.cells.insert(place + 1, cell)

for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None

code_cells = sum(cell.cell_type == "code" for cell in notebook.cells)
done = 0


def on_start(cell, cell_index, **_):
    global done
    if cell.cell_type == "code":
        done += 1
        title = cell.source.strip().splitlines()[0][:60] if cell.source.strip() else ""
        print(f"  cell {done}/{code_cells}  {title}", file=sys.stderr, flush=True)


client = NotebookClient(
    notebook,
    timeout=seconds,
    kernel_name="deno",
    resources={"metadata": {"path": str(source.parent)}},
    on_cell_start=on_start,
    store_widget_state=False,
)
output.parent.mkdir(parents=True, exist_ok=True)
try:
    client.execute()
except (CellExecutionError, DeadKernelError) as error:
    save(notebook)
    print(f"{source.name} failed in cell {done} of {code_cells}:\n{error}\nThe executed copy is {output}", file=sys.stderr)
    sys.exit(1)
except CellTimeoutError:
    save(notebook)
    print(f"{source.name} took longer than {seconds} s in cell {done} of {code_cells}", file=sys.stderr)
    sys.exit(1)
# Deno reports errors after an await only as outputs, so outputs are checked too.
for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
    for out in cell.outputs:
        if out.output_type == "error":
            save(notebook)
            reason = "\n".join(out.traceback)
            print(f"{source.name} failed in cell {number} of {code_cells}:\n{reason}\nThe executed copy is {output}", file=sys.stderr)
            sys.exit(1)
save(notebook)
