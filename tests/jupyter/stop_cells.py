"""Runs cells that take long, stops each, and tells as JSON lines how each ended.

    python stop_cells.py PROJECT CELLS SEED

CELLS is a JSON list of {name, before, code, begins, after, expected, fresh, restart}: cells that run before, the cell that
is stopped once one of its outputs matches the regular expression `begins` (at once if that is empty), a cell that runs after
it, and what that writes, as a regular expression. `fresh`: it runs in a new kernel and is stopped early. `restart`: the cell
cannot be stopped, and is to tell the user to restart the kernel.
"""

import contextlib
import json
import random
import re
import sys
import time

from kernel_client import kernel

project, cells, seed = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
# How long a cell has to begin, and to end once it was stopped.
BEGIN_SECONDS, END_SECONDS = 120, 60
RESTART = "restart the kernel"


class Ended(Exception):
    pass


def execute(client, code, begins=None, delay=0):
    """Runs a cell; returns its text, how its error is named, and how long after a Stop it ended (or it was said that it never will)."""
    message = client.execute(code)
    text, error, replied, idle, pressed = "", None, False, False, None
    start = time.monotonic()
    while not (replied and idle):
        now = time.monotonic()
        if pressed is None and now > start + BEGIN_SECONDS:
            raise Ended(f"it had not begun after {BEGIN_SECONDS} s: {text}{error or ''}")
        if pressed is not None and now > pressed + END_SECONDS:
            raise Ended(f"it had not ended {END_SECONDS} s after the Stop: {text}")
        answers = []
        with contextlib.suppress(Exception):
            answers.append(client.get_iopub_msg(timeout=0.02))
        with contextlib.suppress(Exception):
            answers.append(client.get_shell_msg(timeout=0))
        for answer in answers:
            if answer["parent_header"].get("msg_id") != message:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "stream":
                # A loop may print for as long as it runs: of that, the last part is kept.
                text = (text + content["text"])[-10_000:]
            replied |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
            if kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            output = kind in ("stream", "display_data", "update_display_data")
            begun = kind == "execute_input" if begins == "" else output and begins and re.search(begins, json.dumps(content))
            if begins is not None and pressed is None and begun:
                time.sleep(delay)
                client.control_channel.send(client.session.msg("interrupt_request", {}))
                pressed = time.monotonic()
            if pressed is not None and RESTART in text:
                return text, error, time.monotonic() - pressed
    return text, error, None if pressed is None else time.monotonic() - pressed


def stop(client, cell):
    for code in cell["before"]:
        text, error, _ = execute(client, code)
        if error:
            raise Ended(f"what comes before it failed: {error}")
    delay = chance.uniform(0, 0.3 if cell["fresh"] else 1.5)
    text, error, seconds = execute(client, cell["code"], cell["begins"], delay)
    answer = {"delay": round(delay, 2), "text": text[-300:], "error": error}
    if seconds is None:
        raise Ended(f"it ended by itself: {text}{error or ''}")
    answer["seconds"] = round(seconds, 2)
    if cell["restart"] or RESTART in text:
        return {**answer, "ok": cell["restart"] and RESTART in text}
    alive = execute(client, 'console.log("alive");')
    after = execute(client, cell["after"])
    answer["after"] = (after[0] + (after[1] or "")).strip()
    return {**answer, "ok": alive[:2] == ("alive\n", None) and bool(re.search(cell["expected"], answer["after"]))}


chance = random.Random(seed)
left = list(cells)
while left:
    # A cell that did not end has a new kernel come after it.
    with kernel(project) as client:
        first = True
        while left and (first or not left[0]["fresh"]):
            cell, first = left.pop(0), False
            try:
                answer = stop(client, cell)
            except Ended as error:
                answer = {"ok": False, "error": str(error)}
            print(json.dumps({"name": cell["name"], **answer}), flush=True)
            if not answer["ok"] or cell["restart"]:
                break
