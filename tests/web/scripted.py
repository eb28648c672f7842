"""A server on loopback whose every connection runs a function of the test."""
import re
import socket
import threading


class Scripted:
    """A context manager. `serve(client)` has the connected socket, which is closed after it."""

    def __init__(self, serve, address="127.0.0.1"):
        self.serve = serve
        self.connections = 0
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, 0), family=family)
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # ends the wait in accept()
        except OSError:
            pass
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._run, args=(client,), daemon=True).start()

    def _run(self, client):
        client.settimeout(60)
        try:
            self.serve(client)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except OSError:
            pass
        finally:
            client.close()


def read_request(client):
    """The head of the request that came, and its body."""
    request = b""
    while b"\r\n\r\n" not in request:
        data = client.recv(65536)
        if not data:
            return request
        request += data
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        data = client.recv(65536)
        if not data:
            break
        body += data
    return head + b"\r\n\r\n" + body
