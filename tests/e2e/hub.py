"""A hub for models with the API of Hugging Face's: revision, tree in pages, resolve with redirects to a
second server, ranges, etags. What it does wrong is chosen by the test."""

import hashlib
import http.server
import json
import re
import ssl
import subprocess
import threading
import urllib.parse

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1000  # bytes; from there on a file lives behind a redirect


def git_hash(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class File:
    def __init__(self, content):
        self.content = content
        self.is_large = len(content) >= LARGE
        self.hash = hashlib.sha256(content).hexdigest() if self.is_large else git_hash(content)

    def entry(self, path):
        entry = {"type": "file", "oid": git_hash(self.content), "size": len(self.content), "path": path}
        if self.is_large:
            entry["oid"] = git_hash(self.content[:100])  # of the pointer
            entry["lfs"] = {"oid": self.hash, "size": len(self.content), "pointerSize": 134}
            entry["xetHash"] = self.hash
        return entry


class Hub:
    """Serves `files` of one model. `answer(handler, path)` may answer in its place: then it returns True."""

    def __init__(self, model, files, token=None, page=2, tls=None):
        self.model, self.token, self.page = model, token, page
        self.files = {path: File(content) for path, content in files.items()}
        self.requests = []  # (server, path, range, authorization)
        self.answer = lambda handler, path: False
        self.cut_after = None  # bytes of a body, then the connection breaks
        self.store = self.serve("store", tls)
        self.hub = self.serve("hub", tls)
        self.scheme = "https" if tls else "http"

    def serve(self, name, tls):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                owner.requests.append((name, self.path, self.headers.get("Range"),
                                       self.headers.get("Authorization")))
                path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
                if not owner.answer(self, path):
                    owner.route(self, name, path)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.hub.server_address[1]}"

    def stop(self):
        for server in (self.hub, self.store):
            server.shutdown()
            server.server_close()

    def route(self, handler, name, path):
        if name == "store":
            return self.send_file(handler, self.of_hash(path.removeprefix("/blob/")))
        if self.token and handler.headers.get("Authorization") != f"Bearer {self.token}":
            return self.send(handler, 401, {"error": "Invalid credentials"})
        if path == f"/api/models/{self.model}/revision/main":
            siblings = [{"rfilename": path} for path in self.files]
            return self.send(handler, 200, {"id": self.model, "sha": COMMIT, "siblings": siblings})
        if path == f"/api/models/{self.model}/tree/{COMMIT}":
            return self.send_tree(handler)
        prefix = f"/{self.model}/resolve/{COMMIT}/"
        if path.startswith(prefix) and path.removeprefix(prefix) in self.files:
            return self.resolve(handler, self.files[path.removeprefix(prefix)])
        return self.send(handler, 404, {"error": "Repository not found"})

    def of_hash(self, wanted):
        return next(file for file in self.files.values() if file.hash == wanted)

    def send(self, handler, status, body=None, **headers):
        text = json.dumps(body).encode() if body is not None else b""
        handler.send_response(status)
        for key, value in headers.items():
            handler.send_header(key.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def send_tree(self, handler):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        assert query["recursive"] == ["true"], handler.path
        start = int(query.get("cursor", ["0"])[0])
        entries = [file.entry(path) for path, file in self.files.items()]
        folders = sorted({path.split("/")[0] for path in self.files if "/" in path})
        entries += [{"type": "directory", "oid": "0" * 40, "size": 0, "path": path} for path in folders]
        headers = {}
        if start + self.page < len(entries):
            headers["Link"] = (f"<{self.url}/api/models/{self.model}/tree/{COMMIT}?recursive=true"
                               f"&cursor={start + self.page}>; rel=\"next\"")
        self.send(handler, 200, entries[start:start + self.page], **headers)

    def resolve(self, handler, file):
        if not file.is_large:
            return self.send_file(handler, file)
        location = f"{self.scheme}://127.0.0.1:{self.store.server_address[1]}/blob/{file.hash}?sig=x"
        self.send(handler, 302, Location=location, X_Repo_Commit=COMMIT, X_Linked_Size=str(len(file.content)),
                  X_Linked_Etag=f'"{file.hash}"')

    def send_file(self, handler, file, content=None):
        content = file.content if content is None else content
        begin, total = 0, len(content)
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if wanted:
            begin = int(wanted[1])
            if begin >= total:
                return self.send(handler, 416, Content_Range=f"bytes */{total}")
        handler.send_response(206 if wanted else 200)
        if wanted:
            handler.send_header("Content-Range", f"bytes {begin}-{total - 1}/{total}")
        handler.send_header("ETag", f'"{file.hash}"')
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("Content-Length", str(total - begin))
        handler.end_headers()
        body = content[begin:]
        if self.cut_after is not None and len(body) > self.cut_after:
            handler.wfile.write(body[:self.cut_after])
            handler.wfile.flush()
            handler.close_connection = True
            return handler.connection.close()
        handler.wfile.write(body)


def authority(folder):
    """A certificate for 127.0.0.1 from an authority of its own: (server's context, PEM of the authority)."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=hub")
    (folder / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "ext", "-out", "cert.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "ca.pem"
