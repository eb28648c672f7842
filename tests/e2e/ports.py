"""Ports of 127.0.0.1 that nobody listens on."""

import random
import socket

_given = set()


def free_port():
    """Below those that the kernel gives away itself (from 32768), and never the same twice."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        if port not in _given and refuses(port):
            _given.add(port)
            return port


def refuses(port):
    """Nobody accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return False
    except OSError:
        return True
