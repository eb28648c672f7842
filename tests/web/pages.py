"""A web server on loopback with the answers that a test puts into it."""
from scripted import Scripted, read_request


def answer(body, kind, *headers, status=200):
    """The bytes of an answer."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Pages(Scripted):
    """pages["/path?query"] = bytes, or a function of the request that gives them."""

    def __init__(self, address="127.0.0.1"):
        super().__init__(self._answer, address)
        self.host = f"[{address}]" if ":" in address else address
        self.answers = {}
        self.asked = []

    def __setitem__(self, target, bytes_):
        self.answers[target] = bytes_

    def url(self, target):
        return f"http://{self.host}:{self.port}{target}"

    def count(self, target):
        return self.asked.count(target)

    def _answer(self, client):
        request = read_request(client)
        target = request.split(b" ")[1].decode()
        self.asked.append(target)
        found = self.answers.get(target, answer("no such page", "text/plain", status=404))
        client.sendall(found(request) if callable(found) else found)
