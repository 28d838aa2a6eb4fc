"""Starts a training in a notebook's kernel, presses Stop, and prints how the cell ended as JSON.

    python stop_cell.py PROJECT RESULTS
"""

import json
import sys
import time

import jupyter_client

project, results = sys.argv[1:]
manager = jupyter_client.KernelManager(kernel_name="deno")
manager.start_kernel(cwd=f"{project}/notebooks")
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)


def run(code, stop_at):
    """Executes a cell, and interrupts the kernel at the first message for which `stop_at` holds. Returns error and text."""
    message = client.execute(code)
    error, text, stopped = None, "", False
    while True:
        answer = client.get_iopub_msg(timeout=120)
        if answer["parent_header"].get("msg_id") != message:
            continue
        content = answer["content"]
        if not stopped and stop_at(answer):
            stopped = True
            time.sleep(0.2)
            manager.interrupt_kernel()
        if answer["msg_type"] == "error":
            error = content["evalue"]
        if answer["msg_type"] == "stream":
            text += content["text"]
        if answer["msg_type"] == "status" and content["execution_state"] == "idle":
            return error, text


training = f"""
import {{ generateDataset, parseConfig }} from "lib";
import {{ trainWithProgress }} from "lib/runs";
let kept = 7;
const dataset = await generateDataset({{ count: 10, size: 64, seed: 1 }});
const config = parseConfig({{ encoder: "resnet18", cropSize: 64, epochs: 500 }});
await trainWithProgress({{ config, dataset, results: {json.dumps(results)} }});
"""
stopped = run(training, lambda answer: answer["msg_type"] == "update_display_data")[1]
# The same in a process of its own, as the architectures' notebooks train.
member = f"""
import {{ demoStudy, memberGrid, trainMember }} from "lib/study";
const study = await demoStudy();
const grid = await memberGrid("quick", {{ architecture: "pspnet", loss: "bce", fold: 0, seed: 1, options: {{ epochs: 500 }} }});
await trainMember({{ ...study, grid, study: "quick", results: {json.dumps(results)} + "/members" }});
"""
trains = lambda answer: answer["msg_type"] == "update_display_data" and "loss" in json.dumps(answer["content"])  # noqa: E731
apart = run(member, trains)[1]
# A missing study of a profile is made; its grid is written before its first progress.
study = f"""
import {{ openStudy }} from "lib/study";
await openStudy("tiny", {json.dumps(results)} + "/studies");
"""
progresses = lambda answer: "of 11 runs" in json.dumps(answer["content"])  # noqa: E731
missing = run(study, progresses)[1]
at_once = lambda answer: answer["msg_type"] == "execute_input"  # noqa: E731
never = lambda answer: False  # noqa: E731
run("const run = { record: 1 };", never)
waiting = run("const run = await new Promise((resolve) => setTimeout(resolve, 600_000));", at_once)[1]
unset = run("run.record", never)[0]
steps = """
import { BatchSource } from "lib/batches";
import { lrFinder } from "lib/train";
let steps = 0;
using batches = new BatchSource(dataset, [0, 1, 2, 3, 4, 5, 6, 7], { ...config, channels: 3 });
await lrFinder({ config, batches, steps: 100_000, onProgress: () => steps++ || console.log("begins") });
"""
range_test = run(steps, lambda answer: answer["msg_type"] == "stream")[1]
# What it waited for has ended too.
still = run("steps = 1; await new Promise((resolve) => setTimeout(resolve, 3000)); console.log(steps - 1);", never)[1]
busy = run("while (true);", at_once)[1]
after = run("console.log(kept + 1);", never)[1]
manager.shutdown_kernel(now=True)
answers = {"stopped": stopped, "apart": apart, "missing": missing, "waiting": waiting, "unset": unset, "range": range_test, "still": still}
print(json.dumps({**answers, "busy": busy, "after": after}))
