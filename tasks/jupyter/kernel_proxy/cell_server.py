"""The process that prepares cells for the kernel, explains their errors and documents names."""

import json
import pathlib
import subprocess
import sys

SERVER = pathlib.Path(__file__).parent.parent / "cells" / "server.ts"


class CellServer:
    """Exchanges JSON lines with the process. If it has ended, it answers nothing and cells run unchanged."""

    def __init__(self):
        deno = pathlib.Path(sys.executable).with_name("deno")
        self._process = subprocess.Popen(
            [str(deno), "run", "-A", "--quiet", str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._buffer = b""
        self.is_running = True

    def fileno(self):
        return self._process.stdout.fileno()

    def ask(self, question):
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            self.is_running = False

    def answers(self):
        """Returns the answers that have arrived. To be called when there is something to read."""
        part = self._process.stdout.read1(1 << 20)
        if not part:
            self.is_running = False
        *lines, self._buffer = (self._buffer + part).split(b"\n")
        return [json.loads(line) for line in lines]

    def end(self):
        self._process.kill()
        self._process.wait()
