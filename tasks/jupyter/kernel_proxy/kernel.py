"""The Deno kernel as a child process, and the sockets to it."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import zmq

from free_ports import free_ports

CHANNELS = ("shell", "control", "stdin", "iopub", "hb")


# How often a kernel is started that ends before it listens: another program may have taken one of its ports meanwhile.
MOST_STARTS = 4


class Kernel:
    def __init__(self, context, connection, folder):
        """folder: for the connection file and the files by which the kernel and the proxy communicate."""
        self.context, self.connection = context, connection
        self.address = f"{connection['transport']}://{connection['ip']}"
        self.connection_file = folder / "connection.json"
        self.stop_file = folder / "stop"
        self.listening_file = folder / "listening"
        self.importing_file = folder / "importing"
        self.process = None
        self.sockets = {}

    def start(self):
        """Starts the kernel, and waits until it listens or has ended."""
        for _ in range(MOST_STARTS):
            for socket in self.sockets.values():
                socket.close()
            ports = dict(zip(CHANNELS, free_ports(self.connection["ip"], len(CHANNELS))))
            self.launch(ports)
            self.sockets = {channel: self.connect(channel, port) for channel, port in ports.items()}
            self.iopub_address = f"{self.address}:{ports['iopub']}"
            if self.listens():
                break

    def launch(self, ports):
        file = self.connection_file
        file.touch(mode=0o600)
        file.write_text(json.dumps({**self.connection, **{f"{channel}_port": port for channel, port in ports.items()}}))
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

    def connect(self, channel, port):
        socket = self.context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        if channel == "iopub":
            socket.subscribe(b"")
        socket.linger = 0
        # Charts and images are large, and none may be dropped while the proxy is busy.
        socket.rcvhwm = 0
        # Watched before it connects, so that no event is missed.
        socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        socket.connect(f"{self.address}:{port}")
        return socket

    def listens(self):
        """Waits until the kernel listens on all channels, and returns whether it does; it may have ended instead."""
        monitors = {socket: socket.get_monitor_socket() for socket in self.sockets.values()}
        waiting = set(monitors.values())
        while waiting and self.is_running:
            for monitor in list(waiting):
                if monitor.poll(20):
                    waiting.remove(monitor)
        for socket, monitor in monitors.items():
            socket.disable_monitor()
            monitor.close()
        return not waiting

    def subscribe_again(self):
        self.sockets["iopub"].disconnect(self.iopub_address)
        self.sockets["iopub"].connect(self.iopub_address)

    def terminate(self):
        if self.process:
            self.process.terminate()

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
