"""Ports for the kernel."""

import errno
import random
import socket

# Below the range of outgoing connections, which could otherwise take a port before the kernel has bound it.
PORTS = range(20_000, 32_000)


def free_ports(ip, count, draw=random):
    """Returns that many different ports that are free now. All are held until the last is found, so that none is found twice."""
    held = []
    try:
        while len(held) < count:
            probe = socket.socket()
            try:
                probe.bind((ip, draw.choice(PORTS)))
            except OSError as error:
                probe.close()
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                held.append(probe)
        return [probe.getsockname()[1] for probe in held]
    finally:
        for probe in held:
            probe.close()
