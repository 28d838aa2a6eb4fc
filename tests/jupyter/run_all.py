"""Has a kernel run all cells of a notebook at once, again and again, and counts what is lost, as JSON.

    python run_all.py PROJECT RUNS CELLS SECONDS RUNS_PER_KERNEL [KERNEL]

CELLS is a JSON list of [code, output that is expected]. A run is stuck if it is not done after SECONDS. The kernel is
restarted after RUNS_PER_KERNEL. KERNEL is a JSON list: the command of a kernel that the proxy is to start in place of Deno's.
As a client does, outputs that come after a cell's reply and idle status are dropped.
"""

import json
import sys
import time

from kernel_client import kernel

project, runs, cells = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
seconds, runs_per_kernel = float(sys.argv[4]), int(sys.argv[5])
command = sys.argv[6] if len(sys.argv) > 6 else None


def text_of(message):
    content = message["content"]
    return content.get("text") or content.get("data", {}).get("text/plain") or ""


def run_all(client):
    """Returns how many cells got no answer, and how many not all of their output."""
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
start = time.monotonic()
while done < runs and not stuck:
    with kernel(project, command) as client:
        for _ in range(min(runs_per_kernel, runs - done)):
            unanswered, incomplete = run_all(client)
            done += 1
            lost += incomplete
            print(f"{done} of {runs} runs", file=sys.stderr, flush=True)
            if unanswered:
                stuck += 1
                break
print(json.dumps({"runs": done, "stuck": stuck, "lost": lost, "seconds": round(time.monotonic() - start, 1)}))
