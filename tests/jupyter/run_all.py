"""Has a kernel run all cells of a notebook at once, again and again, and counts what is lost, as JSON.

    python run_all.py PROJECT RUNS CELLS SECONDS [KERNEL]

CELLS is a JSON list of [code, output that is expected]. A run is stuck if it is not done after SECONDS. KERNEL is a JSON
list: the command of a kernel that the proxy is to start in place of Deno's. As a client does, outputs that come after a
cell's reply and idle status are dropped.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from jupyter_client import BlockingKernelClient, write_connection_file

project, runs, cells, seconds = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), float(sys.argv[4])
folder = tempfile.TemporaryDirectory()
file, _ = write_connection_file(str(pathlib.Path(folder.name) / "connection.json"))
proxy = subprocess.Popen(
    [sys.executable, f"{project}/tasks/jupyter/kernel_proxy", file],
    cwd=f"{project}/notebooks",
    env={**os.environ, **({"NOTEBOOK_KERNEL": sys.argv[5]} if len(sys.argv) > 5 else {})},
    stdout=sys.stderr,
)
client = BlockingKernelClient(connection_file=file)
client.load_connection_file()
client.start_channels()


def text_of(message):
    content = message["content"]
    return content.get("text") or content.get("data", {}).get("text/plain") or ""


def run_all():
    """Returns how many cells got no answer, and how many not all of their output; and the slowest message."""
    ids = [client.execute(code) for code, _ in cells]
    texts, replied, idle = {each: "" for each in ids}, set(), set()
    end = time.monotonic() + seconds
    while len(replied & idle) < len(ids) and time.monotonic() < end:
        for channel, get in (("iopub", client.get_iopub_msg), ("shell", client.get_shell_msg)):
            while True:
                try:
                    message = get(timeout=0.005)
                except Exception:
                    break
                parent = message["parent_header"].get("msg_id")
                if parent not in texts or parent in replied & idle:
                    continue
                if message["msg_type"] == "execute_reply":
                    replied.add(parent)
                elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    idle.add(parent)
                else:
                    texts[parent] += text_of(message)
    lost = [expected for each, (_, expected) in zip(ids, cells) if each in replied & idle and texts[each] != expected]
    return len(ids) - len(replied & idle), len(lost)


stuck = lost = done = 0
try:
    # Not client.wait_for_ready, which takes a kernel that starts slowly for a dead one.
    client.kernel_info(reply=True, timeout=120)
    start = time.monotonic()
    for number in range(runs):
        unanswered, incomplete = run_all()
        done += 1
        stuck += unanswered > 0
        lost += incomplete
        if done % 50 == 0:
            print(f"{done} of {runs}: {stuck} stuck, {lost} outputs lost", file=sys.stderr, flush=True)
        if unanswered:
            break
    print(json.dumps({"runs": done, "stuck": stuck, "lost": lost, "seconds": round(time.monotonic() - start, 1)}))
finally:
    client.stop_channels()
    proxy.terminate()
    proxy.wait()
