"""A client of the project's kernel, for tests."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

from jupyter_client import BlockingKernelClient, write_connection_file


@contextlib.contextmanager
def kernel(project, command=None):
    """Starts a kernel and gives a client of it.

    command: of a kernel that the proxy is to start in place of Deno's, as a JSON list
    """
    with tempfile.TemporaryDirectory() as folder:
        file, _ = write_connection_file(str(pathlib.Path(folder) / "connection.json"))
        proxy = subprocess.Popen(
            [sys.executable, f"{project}/tasks/jupyter/kernel_proxy", file],
            cwd=f"{project}/notebooks",
            env={**os.environ, **({"NOTEBOOK_KERNEL": command} if command else {})},
            stdout=sys.stderr,
        )
        client = BlockingKernelClient(connection_file=file)
        client.load_connection_file()
        client.start_channels()
        try:
            # As Jupyter's server does before it lets a client in: the kernel answers on both channels. Not
            # client.wait_for_ready, which takes a kernel that starts slowly for a dead one.
            client.kernel_info(reply=True, timeout=120)
            client.get_iopub_msg(timeout=120)
            yield client
        finally:
            client.stop_channels()
            proxy.terminate()
            proxy.wait()
