"""A browser that others run: Chromium's own debugging port, and a service that starts one for each
WebSocket and wants a token."""
import http.client
import pathlib
import shutil
import socket
import socketserver
import subprocess
import threading
import time
import urllib.parse

import pytest

import client as client_module


@pytest.fixture(scope="module")
def chromium_port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote")
    program = next(p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p))
    process = subprocess.Popen(
        [program, "--headless", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    told = pathlib.Path(folder) / "DevToolsActivePort"
    end = time.monotonic() + 60
    while not (told.exists() and told.read_text().count("\n") >= 1):
        assert time.monotonic() < end, "Chromium tells no port"
        time.sleep(0.1)
    yield int(told.read_text().split("\n")[0])
    process.terminate()
    process.wait(60)


def targets(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/json/list")
    return connection.getresponse().read().decode()


def test_a_browser_is_used_by_its_debugging_port(start, site, chromium_port):
    client = start("--cdp-url", f"http://127.0.0.1:{chromium_port}", AUTOSRE_BROWSER="/nonexistent",
                   AUTOSRE_BROWSER_URL="http://127.0.0.1:9")
    session = client_module.Session(client, site.url + "/form")
    session.act("fill", ref=session.ref('textbox "Name"', session.opened), text="Ada")
    assert '"Ada"' in session.snapshot()
    assert client.ok("browser_screenshot", session_id=session.id).images
    assert "a private address" in client.refused("browser_render_markdown", url="http://10.1.2.3/")
    assert site.url in targets(chromium_port)
    client.close()
    end = time.monotonic() + 30
    while site.url in targets(chromium_port):
        assert time.monotonic() < end, "its pages go with the server"
        time.sleep(0.1)
    assert "about:blank" in targets(chromium_port), "the browser and the others' pages stay"


class Service(socketserver.BaseRequestHandler):
    """As browserless does: /json/version names no browser, /chromium is a WebSocket to a new one."""

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.request.recv(4096)
            if not part:
                return
            head += part
        line, rest = head.split(b"\r\n", 1)
        url = urllib.parse.urlsplit(line.split()[1].decode())
        query = dict(urllib.parse.parse_qsl(url.query))
        self.server.asked.append(url.path)
        if query.get("token") != "let me in":
            self.request.sendall(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        elif url.path == "/json/version":
            body = b'{"Browser":"Chrome/151","webSocketDebuggerUrl":"ws://0.0.0.0:3000"}'
            self.request.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        else:
            assert int(query["timeout"]) > 60_000
            self.carry(rest)

    def carry(self, rest):
        port = self.server.browser_port
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/json/version")
        path = connection.getresponse().read().decode().split(f":{port}")[1].split('"')[0]
        far = socket.create_connection(("127.0.0.1", port))
        headers = [h for h in rest.split(b"\r\n") if not h.lower().startswith(b"host:")]
        far.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % (path.encode(), port) + b"\r\n".join(headers))
        threading.Thread(target=self.copy, args=(far, self.request), daemon=True).start()
        self.copy(self.request, far)

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def test_a_service_with_a_token_is_used(start, site, chromium_port):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Service) as service:
        service.asked = []
        service.browser_port = chromium_port
        threading.Thread(target=service.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{service.server_address[1]}"
        wrong = start(AUTOSRE_BROWSER_URL=address, AUTOSRE_BROWSER_TOKEN="guess")
        why = wrong.refused("browser_session_open", url=site.url + "/form")
        assert "AUTOSRE_BROWSER_TOKEN" in why and "guess" not in why
        client = start(AUTOSRE_BROWSER_URL=address, AUTOSRE_BROWSER_TOKEN="let me in")
        session = client_module.Session(client, site.url + "/form")
        assert 'heading "Order"' in session.opened
        assert "/chromium" in service.asked
        client.close()
        service.shutdown()
