"""Stands between Jupyter and the Deno kernel.

    python kernel_proxy.py CONNECTION_FILE

Deno's kernel may send a cell's last output shortly after the message that says that the cell is done,
and clients drop it then. The proxy holds that message back for a moment, and hands the kernel one
cell at a time. And it makes the Stop button work for a cell that awaits, which the kernel cannot
interrupt: where the cell listens to SIGURG, as training does, it gets that signal, and the kernel's own
interrupt, after which an awaiting cell would hang, only if it has not ended some time later.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import zmq

HOLD_SECONDS = 0.010
# What a cell that listens has to end by itself: a training step and a checkpoint.
STOP_SECONDS = 30
DELIMITER = b"<IDS|MSG>"
CHANNELS = ("shell", "control", "stdin", "iopub", "hb")


def body(frames):
    """The frames from the delimiter on, without the sockets' identities before it."""
    return frames[frames.index(DELIMITER) :]


def parse(frames):
    """Header, parent's header and content of a message."""
    start = frames.index(DELIMITER) + 2
    header, parent, _metadata, content = (json.loads(frame or b"{}") for frame in frames[start : start + 4])
    return header, parent, content


def main():
    connection = json.loads(pathlib.Path(sys.argv[1]).read_text())
    context = zmq.Context()
    address = f"{connection['transport']}://{connection['ip']}"
    inner = dict(connection)

    front, back = {}, {}
    kinds = {
        "shell": (zmq.ROUTER, zmq.DEALER),
        "control": (zmq.ROUTER, zmq.DEALER),
        "stdin": (zmq.ROUTER, zmq.DEALER),
        "iopub": (zmq.XPUB, zmq.SUB),
        "hb": (zmq.ROUTER, zmq.DEALER),
    }
    for channel in CHANNELS:
        front[channel] = context.socket(kinds[channel][0])
        front[channel].linger = 1000
        front[channel].bind(f"{address}:{connection[f'{channel}_port']}")
        # Find a free port for the kernel, below those that outgoing connections are given: until the
        # kernel has bound it, one of these could take it.
        with context.socket(zmq.REP) as probe:
            inner[f"{channel}_port"] = probe.bind_to_random_port(address, min_port=20_000, max_port=32_000)

    with tempfile.TemporaryDirectory() as folder:
        inner_file = pathlib.Path(folder) / "connection.json"
        inner_file.touch(mode=0o600)
        inner_file.write_text(json.dumps(inner))
        deno = pathlib.Path(sys.executable).with_name("deno")
        # Notebooks read files, open TensorFlow and plot: the kernel has every permission, as Python's has.
        # A cell that wants to be told of a Stop makes this file, and removes it afterwards.
        listening = pathlib.Path(folder) / "listening"
        kernel = subprocess.Popen(
            [str(deno), "jupyter", "--kernel", "--conn", str(inner_file)],
            env={**os.environ, "NOTEBOOK_STOP_FILE": str(listening)},
        )

        def stop(_signal, _frame):
            kernel.terminate()
            sys.exit(0)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for channel in CHANNELS:
            back[channel] = context.socket(kinds[channel][1])
            back[channel].linger = 0
            if channel == "iopub":
                back[channel].subscribe(b"")
            back[channel].connect(f"{address}:{inner[f'{channel}_port']}")
        relay(front, back, kernel, listening)
        # Let the last replies leave before the sockets close.
        time.sleep(0.1)
    sys.exit(kernel.wait())


def relay(front, back, kernel, listening):
    poller = zmq.Poller()
    for sockets in (front, back):
        for socket in sockets.values():
            poller.register(socket, zmq.POLLIN)
    clients = {}  # msg_id of a request -> identity frames of the client that sent it
    waiting = []  # requests that wait for the cell that runs
    running = None  # msg_id of the execute request that the kernel has
    held = None  # (time, frames): the idle status of that cell
    replied = True
    stopping = None  # (time, frames): the interrupt that waits whether the cell ends by itself

    def to_client(channel):
        """Passes a kernel's reply on to the client that asked; returns its parent's msg_id and type."""
        frames = back[channel].recv_multipart()
        header, parent, _content = parse(frames)
        front[channel].send_multipart(clients.get(parent.get("msg_id"), []) + body(frames))
        return parent.get("msg_id"), header.get("msg_type")

    def from_client(channel):
        """A client's request, and its header."""
        frames = front[channel].recv_multipart()
        header, _parent, _content = parse(frames)
        clients[header["msg_id"]] = frames[: frames.index(DELIMITER)]
        return body(frames), header

    while kernel.poll() is None:
        timeout = 200 if held is None else max(0, (held[0] - time.monotonic()) * 1000)
        ready = dict(poller.poll(timeout))

        if back["iopub"] in ready:
            frames = back["iopub"].recv_multipart()
            header, parent, content = parse(frames)
            is_idle = header.get("msg_type") == "status" and content.get("execution_state") == "idle"
            if is_idle and parent.get("msg_id") == running:
                held = (time.monotonic() + HOLD_SECONDS, frames)
            else:
                front["iopub"].send_multipart(frames)
        elif held is not None and time.monotonic() >= held[0]:
            front["iopub"].send_multipart(held[1])
            held = None
            running = None

        if back["shell"] in ready:
            msg_id, kind = to_client("shell")
            if kind == "execute_reply" and msg_id == running:
                replied = True
        if front["shell"] in ready:
            waiting.append(from_client("shell"))
        while waiting and running is None and replied:
            frames, header = waiting.pop(0)
            if header.get("msg_type") == "execute_request":
                running = header["msg_id"]
                replied = False
            back["shell"].send_multipart(frames)

        if front["control"] in ready:
            frames, header = from_client("control")
            gentle = header.get("msg_type") == "interrupt_request" and stopping is None and running is not None
            if gentle and listening.exists():
                os.kill(kernel.pid, signal.SIGURG)
                stopping = (time.monotonic() + STOP_SECONDS, frames)
            else:
                back["control"].send_multipart(frames)
        if stopping is not None and running is None:
            stopping = None
        elif stopping is not None and time.monotonic() >= stopping[0]:
            back["control"].send_multipart(stopping[1])
            stopping = None
        if back["control"] in ready:
            to_client("control")
        if front["stdin"] in ready:
            back["stdin"].send_multipart(from_client("stdin")[0])
        if back["stdin"] in ready:
            to_client("stdin")
        for source, target in ((front["hb"], back["hb"]), (back["hb"], front["hb"])):
            if source in ready:
                target.send_multipart(source.recv_multipart())
        if front["iopub"] in ready:
            front["iopub"].recv()  # a client subscribes: the proxy passes everything on anyway


if __name__ == "__main__":
    main()
