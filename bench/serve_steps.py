"""The protocol of the sides of bench/compare.ts: each line of input is a number of steps to run."""

import json
import sys
import time


def serve_steps(step, versions, memory=lambda: {}):
    """Prints the versions; per line the seconds and results of the steps; at the end the peak memory in kB, all as JSON."""
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        seconds, losses = [], []
        for _ in range(int(line)):
            start = time.perf_counter()
            losses.append(step())
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "losses": losses}), flush=True)
    peak = next((line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), "0")
    print(json.dumps({"peakKilobytes": int(peak), **memory()}), flush=True)
