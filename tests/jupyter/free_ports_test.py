"""Tests of the ports that the kernel gets. Run by kernel_proxy_test.ts."""

import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"))

from free_ports import PORTS, free_ports  # noqa: E402


class Drawn:
    """Draws these ports, in this order."""

    def __init__(self, *ports):
        self.ports = list(ports)

    def choice(self, _):
        return self.ports.pop(0)


class FreePortsTest(unittest.TestCase):
    def test_a_port_that_is_drawn_twice_is_given_once(self):
        first, second = free_ports("127.0.0.1", 2)
        self.assertEqual(free_ports("127.0.0.1", 2, Drawn(first, first, first, second)), [first, second])

    def test_a_port_that_another_program_has_is_not_given(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            taken = other.getsockname()[1]
            (free,) = free_ports("127.0.0.1", 1)
            self.assertEqual(free_ports("127.0.0.1", 1, Drawn(taken, free)), [free])

    def test_an_address_that_is_none_of_this_computer_is_an_error(self):
        with self.assertRaises(OSError):
            free_ports("192.0.2.1", 1)

    def test_ports_are_free_again_and_below_those_of_outgoing_connections(self):
        for port in free_ports("127.0.0.1", 5):
            self.assertIn(port, PORTS)
            with socket.socket() as again:
                again.bind(("127.0.0.1", port))


if __name__ == "__main__":
    unittest.main()
