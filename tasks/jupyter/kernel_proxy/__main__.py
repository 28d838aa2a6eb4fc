"""Runs between Jupyter and the Deno kernel.

    python kernel_proxy CONNECTION_FILE

Unlike with Deno's kernel alone, no output is lost (cell_queue.py), Stop works in a cell that awaits (stop.py), and cells are
read before they run, so that errors name a line and unknown imports are said (cell_server.py).
"""

import contextlib
import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import uuid

import zmq

from cell_queue import CellQueue
from cell_server import CellServer
from kernel import CHANNELS, Kernel
from merge_streams import merge_streams
from message import frames, parse
from stop import CANNOT_STOP, Stop

# Evaluated in the kernel before the first cell.
KERNEL_START = pathlib.Path(__file__).parent.parent / "cells" / "kernel_start.ts"


# Number of messages read from one socket before the other sockets are read.
MOST_AT_ONCE = 200


def received(socket):
    """Yields the messages that have arrived."""
    with contextlib.suppress(zmq.Again):
        for _ in range(MOST_AT_ONCE):
            yield socket.recv_multipart(zmq.NOBLOCK)


class Proxy:
    def __init__(self, connection, folder):
        self.key = connection["key"]
        context = zmq.Context()
        self.front = {}
        for channel in CHANNELS:
            socket = self.front[channel] = context.socket(zmq.XPUB if channel == "iopub" else zmq.ROUTER)
            socket.linger = 1000
            socket.sndhwm = 0
            socket.bind(f"{connection['transport']}://{connection['ip']}:{connection[f'{channel}_port']}")
        self.kernel = Kernel(context, connection, folder)
        self.cells = None

    def start(self):
        self.kernel.start()
        plain = bool(os.environ.get("NOTEBOOK_KERNEL"))
        self.cells = None if plain else CellServer()
        self.queue = CellQueue(uuid.uuid4().hex, cells=not plain)
        self.stop = Stop()
        self.clients = {}  # id of a request on another channel -> identities of the client that sent it
        code = "" if plain else f"await import({json.dumps(KERNEL_START.as_uri())});"
        self.send(self.queue.start(code, time.monotonic()))

    def send(self, sends):
        # First, as a request that prepares the kernel for its next cell may be among them: a signal seen after it would stop that cell.
        if self.queue.running is None and self.stop.pressed:
            self.stop.ended()
            self.kernel.forget_stop()
        for each in sends:
            if each.to == "cells":
                self.cells.ask(each.what)
            elif each.to == "subscribe":
                self.kernel.subscribe_again()
            elif each.to == "importing":
                self.kernel.set_importing(each.what)
            else:
                socket = self.kernel.sockets["shell"] if each.to == "kernel" else self.front[
                    "shell" if each.to == "client" else "iopub"
                ]
                socket.send_multipart(frames(each.what, self.key))

    def run(self):
        poller = zmq.Poller()
        for sockets in (self.front, self.kernel.sockets):
            for socket in sockets.values():
                poller.register(socket, zmq.POLLIN)
        if self.cells:
            poller.register(self.cells.fileno(), zmq.POLLIN)
        while self.kernel.is_running:
            deadline = self.queue.deadline()
            left = 0.2 if deadline is None else min(0.2, max(0, deadline - time.monotonic()))
            ready = dict(poller.poll(left * 1000 + (0 if deadline is None else 1)))
            self.shell(ready)
            if self.cells and self.cells.fileno() in ready:
                for answer in self.cells.answers():
                    self.send(self.queue.from_cells(answer, time.monotonic()))
                if not self.cells.is_running:
                    poller.unregister(self.cells.fileno())
                    self.queue.cells = False
            self.send(self.queue.tick(time.monotonic()))
            self.control(ready)
            self.others(ready)

    def shell(self, ready):
        now = time.monotonic()
        # Outputs first: they were sent before the reply that ends their cell.
        for socket, take in (
            (self.kernel.sockets["iopub"], self.queue.from_iopub),
            (self.kernel.sockets["shell"], self.queue.from_kernel),
            (self.front["shell"], self.queue.from_client),
        ):
            if socket in ready:
                for message in merge_streams(parse(parts) for parts in received(socket)):
                    self.send(take(message, now))

    def control(self, ready):
        control, kernel = self.front["control"], self.kernel.sockets["control"]
        now = time.monotonic()
        if control in ready:
            message = parse(control.recv_multipart())
            if message.type == "interrupt_request":
                reply = message.answer("interrupt_reply", {"status": "ok"}, message.identities)
                control.send_multipart(frames(reply, self.key))
                if self.queue.running and self.stop.press(now):
                    self.interrupt = message
                    self.queue.stop()
                    self.kernel.signal_stop()
            else:
                self.clients[message.id] = message.identities
                message.identities = []
                kernel.send_multipart(frames(message, self.key))
        if kernel in ready:
            self.reply("control")
        if self.stop.pressed:
            step = self.stop.tick(now, self.kernel.has_seen_stop, self.kernel.takes_time)
            if step == "interrupt":
                self.interrupt.identities = []
                kernel.send_multipart(frames(self.interrupt, self.key))
            elif step == "signal":
                self.kernel.signal_stop()
            elif step == "give up":
                self.send(self.queue.give_up(CANNOT_STOP, now))

    def reply(self, channel):
        """Forwards the kernel's answer to the client that asked."""
        message = parse(self.kernel.sockets[channel].recv_multipart())
        identities = self.clients.pop(message.parent_id, None)
        if identities is not None:
            message.identities = identities
            self.front[channel].send_multipart(frames(message, self.key))

    def others(self, ready):
        """Forwards input, heartbeats and subscriptions."""
        front, kernel = self.front, self.kernel.sockets
        if front["stdin"] in ready:
            message = parse(front["stdin"].recv_multipart())
            message.identities = []
            kernel["stdin"].send_multipart(frames(message, self.key))
        if kernel["stdin"] in ready:
            message = parse(kernel["stdin"].recv_multipart())
            message.identities = self.queue.running.request.identities if self.queue.running else []
            front["stdin"].send_multipart(frames(message, self.key))
        for source, target in ((front["hb"], kernel["hb"]), (kernel["hb"], front["hb"])):
            if source in ready:
                target.send_multipart(source.recv_multipart())
        if front["iopub"] in ready:
            front["iopub"].recv()  # A subscription: the proxy forwards everything anyway.

    def end(self):
        if self.cells:
            self.cells.end()


def main():
    connection = json.loads(pathlib.Path(sys.argv[1]).read_text())
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxy(connection, pathlib.Path(folder))

        def terminate(_signal, _frame):
            proxy.kernel.terminate()
            proxy.end()
            sys.exit(0)

        signal.signal(signal.SIGTERM, terminate)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        proxy.start()
        proxy.run()
        proxy.end()
        # Let the last replies be sent before the sockets close.
        time.sleep(0.1)
    sys.exit(proxy.kernel.process.wait())


if __name__ == "__main__":
    main()
