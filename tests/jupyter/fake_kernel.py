"""A kernel that answers cells late and in any order, for tests of the proxy.

    python fake_kernel.py BEHAVIOUR CONNECTION_FILE

BEHAVIOUR is a JSON object: `replyAfter` and `idleAfter` are the seconds after which a reply and an idle status are sent,
each drawn from a list; `lateOutput` is how long after idle the last output may come; `dropIdle` and `dropReply` name cells.
`failedStarts` are how many starts fail, with exit code 3, counted in the file `starts`. With `deaf` it never listens.
"""

import heapq
import json
import os
import pathlib
import random
import sys
import time

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"))

from message import frames, parse  # noqa: E402

behaviour = json.loads(sys.argv[1])
if "starts" in behaviour:
    with open(behaviour["starts"], "a+") as starts:
        print(os.getpid(), file=starts, flush=True)
        starts.seek(0)
        if len(starts.readlines()) <= behaviour["failedStarts"]:
            sys.exit(3)
if behaviour.get("deaf"):
    time.sleep(600)
connection = json.loads(pathlib.Path(sys.argv[2]).read_text())
parent = os.getppid()
draw = random.Random(behaviour.get("seed", 1))
context = zmq.Context()
kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.REP}
sockets = {}
for channel, kind in kinds.items():
    sockets[channel] = context.socket(kind)
    sockets[channel].bind(f"{connection['transport']}://{connection['ip']}:{connection[f'{channel}_port']}")
planned = []  # (when, serial, channel, message)


def plan(delay, channel, message):
    heapq.heappush(planned, (time.monotonic() + delay, len(planned) + time.monotonic_ns(), channel, message))


def status(request, state):
    return request.answer("status", {"execution_state": state})


def execute(request):
    code = request.content["code"]
    plan(0, "iopub", status(request, "busy"))
    plan(0, "iopub", request.answer("stream", {"name": "stdout", "text": f"{code}: first\n"}))
    idle_after, reply_after = draw.choice(behaviour["idleAfter"]), draw.choice(behaviour["replyAfter"])
    late = draw.uniform(0, behaviour.get("lateOutput", 0))
    plan(idle_after + late, "iopub", request.answer("stream", {"name": "stdout", "text": f"{code}: last\n"}))
    if code not in behaviour.get("dropIdle", []):
        plan(idle_after, "iopub", status(request, "idle"))
    if code not in behaviour.get("dropReply", []):
        reply = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
        plan(reply_after, "shell", request.answer("execute_reply", reply, request.identities))


poller = zmq.Poller()
poller.register(sockets["shell"], zmq.POLLIN)
poller.register(sockets["hb"], zmq.POLLIN)
while os.getppid() == parent:
    wait = max(0, planned[0][0] - time.monotonic()) if planned else 1
    ready = dict(poller.poll(wait * 1000))
    if sockets["hb"] in ready:
        sockets["hb"].send(sockets["hb"].recv())
    if sockets["shell"] in ready:
        request = parse(sockets["shell"].recv_multipart())
        if request.type == "execute_request":
            execute(request)
        else:
            plan(0, "iopub", status(request, "busy"))
            kind = request.type.replace("request", "reply")
            plan(0, "shell", request.answer(kind, {"status": "ok", "protocol_version": "5.3"}, request.identities))
            plan(0, "iopub", status(request, "idle"))
    while planned and planned[0][0] <= time.monotonic():
        _, _, channel, message = heapq.heappop(planned)
        sockets[channel].send_multipart(frames(message, connection["key"]))
