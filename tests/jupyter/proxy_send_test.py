"""Tests of the order in which the proxy does what ends a cell. Run by kernel_proxy_test.ts."""

import importlib.util
import pathlib
import sys
import types
import unittest

FOLDER = pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"
sys.path.insert(0, str(FOLDER))
spec = importlib.util.spec_from_file_location("proxy", FOLDER / "__main__.py")
proxy_module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(proxy_module)

from cell_queue import Send  # noqa: E402
from message import request  # noqa: E402
from stop import Stop  # noqa: E402


class SendTest(unittest.TestCase):
    def test_a_signal_is_forgotten_before_the_kernel_gets_ready_for_the_next_cell(self):
        done = []
        note = types.SimpleNamespace(send_multipart=lambda _: done.append("sent"))
        proxy = proxy_module.Proxy.__new__(proxy_module.Proxy)
        proxy.key, proxy.front, proxy.stop = "", {}, Stop()
        proxy.kernel = types.SimpleNamespace(sockets={"shell": note}, forget_stop=lambda: done.append("forgotten"))
        proxy.queue = types.SimpleNamespace(running="a cell")
        proxy.stop.press(0)
        sends = [Send("kernel", request("execute_request", {"code": "__cell.reset();"}, "session"))]
        proxy.send(sends)
        self.assertEqual((done, proxy.stop.pressed), (["sent"], True))
        done.clear()
        proxy.queue.running = None
        proxy.send(sends)
        self.assertEqual((done, proxy.stop.pressed), (["forgotten", "sent"], False))


if __name__ == "__main__":
    unittest.main()
