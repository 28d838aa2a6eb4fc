"""The Deno kernel as a child process, and the sockets to it."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import zmq

CHANNELS = ("shell", "control", "stdin", "iopub", "hb")


class Kernel:
    def __init__(self, context, connection, folder):
        """folder: for the connection file and the files by which the kernel and the proxy communicate."""
        self.address = f"{connection['transport']}://{connection['ip']}"
        self.stop_file = folder / "stop"
        self.listening_file = folder / "listening"
        self.importing_file = folder / "importing"
        inner = dict(connection)
        for channel in CHANNELS:
            # Find a free port for the kernel below the range of outgoing connections, which could otherwise take it before
            # the kernel has bound it.
            with context.socket(zmq.REP) as probe:
                inner[f"{channel}_port"] = probe.bind_to_random_port(self.address, min_port=20_000, max_port=32_000)
        file = folder / "connection.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(inner))
        # Tests substitute another kernel here.
        command = json.loads(os.environ.get("NOTEBOOK_KERNEL", "null")) or [
            str(pathlib.Path(sys.executable).with_name("deno")),
            "jupyter",
            "--kernel",
            "--conn",
        ]
        # Notebooks read files, open TensorFlow and plot: the kernel has all permissions, like Python's.
        self.process = subprocess.Popen(
            [*command, str(file)],
            env={
                **os.environ,
                "NOTEBOOK_STOP_FILE": str(self.stop_file),
                "NOTEBOOK_LISTENING_FILE": str(self.listening_file),
                "NOTEBOOK_IMPORTING_FILE": str(self.importing_file),
            },
        )
        kinds = {"iopub": zmq.SUB}
        self.sockets = {channel: context.socket(kinds.get(channel, zmq.DEALER)) for channel in CHANNELS}
        self.sockets["iopub"].subscribe(b"")
        for channel, socket in self.sockets.items():
            socket.linger = 0
            # Charts and images are large, and none may be dropped while the proxy is busy.
            socket.rcvhwm = 0
            socket.connect(f"{self.address}:{inner[f'{channel}_port']}")
        self.iopub_address = f"{self.address}:{inner['iopub_port']}"

    def subscribe_again(self):
        self.sockets["iopub"].disconnect(self.iopub_address)
        self.sockets["iopub"].connect(self.iopub_address)

    @property
    def is_running(self):
        return self.process.poll() is None

    def signal_stop(self):
        self.stop_file.write_text("")
        os.kill(self.process.pid, signal.SIGURG)

    @property
    def has_seen_stop(self):
        return not self.stop_file.exists()

    @property
    def takes_time(self):
        """Returns whether the cell will end by itself, with a checkpoint, or loads modules. Neither must be interrupted."""
        return self.listening_file.exists() or self.importing_file.exists()

    def set_importing(self, importing):
        """Records whether a cell starts that loads modules. The cell removes the file once they are loaded."""
        if importing:
            self.importing_file.write_text("")
        else:
            self.importing_file.unlink(missing_ok=True)

    def forget_stop(self):
        """Cancels a signal that the kernel has not seen yet, so that it has no effect on the next cell."""
        self.stop_file.unlink(missing_ok=True)
