"""A TLS server on loopback that keeps what a client sends: the bytes of its ClientHello, its HTTP/2
frames and header lists, or its HTTP/1.1 request; it answers each request with one small page."""
import socket
import ssl
import struct
import subprocess
import threading
from dataclasses import dataclass, field

import client_hello
from hpack import Decoder, Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, RST, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 1, 3, 4, 6, 7, 8, 9
PAGE = b"<!doctype html><title>Captured</title><main><p>A page that was fetched.</p></main>"


@dataclass
class Frame:
    kind: int
    flags: int
    stream: int
    payload: bytes


@dataclass
class Captured:
    """One connection."""

    hello: client_hello.ClientHello = None
    protocol: str = None
    frames: list = field(default_factory=list)
    headers: list = field(default_factory=list)  # of each request, a list of (name, value)
    request: bytes = b""  # of HTTP/1.1, as it came

    @property
    def settings(self):
        """The client's first SETTINGS frame, in order."""
        frame = next(f for f in self.frames if f.kind == SETTINGS and not f.flags & 1)
        return list(struct.iter_unpack(">HI", frame.payload))

    @property
    def priority(self):
        """(exclusive, parent, weight) of the first HEADERS frame; None without."""
        frame = next(f for f in self.frames if f.kind == HEADERS)
        if not frame.flags & 0x20:
            return None
        at = 1 if frame.flags & 0x08 else 0
        parent, weight = struct.unpack_from(">IB", frame.payload, at)
        return bool(parent >> 31), parent & 0x7FFFFFFF, weight + 1

    @property
    def akamai(self):
        """Akamai's summary of an HTTP/2 client: settings|window|priority frames|pseudo-header order."""
        settings = ";".join(f"{key}:{value}" for key, value in self.settings)
        windows = [f for f in self.frames if f.kind == WINDOW_UPDATE and f.stream == 0]
        window = struct.unpack(">I", windows[0].payload)[0] if windows else "00"
        order = ",".join(name[1] for name, _ in self.headers[0] if name.startswith(":"))
        return f"{settings}|{window}|0|{order}"


def make_certificates(folder, names):
    """A CA and a server's certificate for these names: (ca.pem, cert.pem, key.pem)."""
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, cwd=folder)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test CA")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "key.pem", "-out", "request.pem", "-subj", f"/CN={names[0]}")
    kinds = [("IP:" if name.replace(".", "").isdigit() or ":" in name else "DNS:") + name for name in names]
    (folder / "extensions").write_text(f"subjectAltName={','.join(kinds)}\nextendedKeyUsage=serverAuth\n")
    run("openssl", "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-out", "cert.pem", "-days", "30", "-extfile", "extensions")
    return folder / "ca.pem", folder / "cert.pem", folder / "key.pem"


class CaptureServer:
    """Use as a context manager; `connections` grows as clients come. certificate None: no TLS."""

    def __init__(self, certificate=None, key=None, protocols=("h2", "http/1.1"), page=PAGE):
        self.page = page
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
            self.context.set_alpn_protocols(list(protocols))
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # ends the wait in accept()
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.settimeout(30)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        captured = Captured()
        self.connections.append(captured)
        try:
            stream = _TlsStream(client, self.context, captured) if self.context else _PlainStream(client)
            captured.protocol = stream.protocol
            if stream.protocol == "h2":
                self._serve_http2(stream, captured)
            else:
                self._serve_http1(stream, captured)
        except (OSError, EOFError, ssl.SSLError):
            pass
        finally:
            client.close()

    def _serve_http1(self, stream, captured):
        while b"\r\n\r\n" not in captured.request:
            captured.request += stream.read()
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                     b"Content-Length: %d\r\n\r\n%s" % (len(self.page), self.page))

    def _serve_http2(self, stream, captured):
        stream.write(_frame(SETTINGS, 0, 0, b""))
        decoder, encoder, buffer, block = Decoder(), Encoder(), b"", b""
        while len(buffer) < len(PREFACE):
            buffer += stream.read()
        assert buffer.startswith(PREFACE)
        buffer = buffer[len(PREFACE):]
        while True:
            while len(buffer) < 9 or len(buffer) < 9 + int.from_bytes(buffer[:3], "big"):
                buffer += stream.read()
            length = int.from_bytes(buffer[:3], "big")
            frame = Frame(buffer[3], buffer[4], int.from_bytes(buffer[5:9], "big"), buffer[9 : 9 + length])
            buffer = buffer[9 + length:]
            captured.frames.append(frame)
            if frame.kind == SETTINGS and not frame.flags & 1:
                stream.write(_frame(SETTINGS, 1, 0, b""))
            if frame.kind == PING and not frame.flags & 1:
                stream.write(_frame(PING, 1, 0, frame.payload))
            if frame.kind in (HEADERS, CONTINUATION):
                block += _block_of(frame)
                if frame.flags & 0x04:
                    fields = decoder.decode(block, raw=False)
                    captured.headers.append([(str(name), str(value)) for name, value in fields])
                    block = b""
                    head = encoder.encode([(":status", "200"), ("content-type", "text/html")])
                    stream.write(_frame(HEADERS, 0x04, frame.stream, head)
                                 + _frame(0, 0x01, frame.stream, self.page))


def _frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _block_of(frame):
    data = frame.payload
    if frame.kind == HEADERS:
        padding = 0
        if frame.flags & 0x08:
            padding, data = data[0], data[1:]
        if frame.flags & 0x20:
            data = data[5:]
        data = data[: len(data) - padding]
    return data


class _PlainStream:
    protocol = "http/1.1"

    def __init__(self, client):
        self.client = client

    def read(self):
        data = self.client.recv(65536)
        if not data:
            raise EOFError
        return data

    def write(self, data):
        self.client.sendall(data)


class _TlsStream:
    """TLS over memory, so that the first bytes can be looked at."""

    def __init__(self, client, context, captured):
        self.client = client
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        first = b""
        while captured.hello is None:
            first += self._receive()
            captured.hello = client_hello.parse(first)
        self.incoming.write(first)
        self._until(self.tls.do_handshake)
        self.protocol = self.tls.selected_alpn_protocol() or "http/1.1"

    def _receive(self):
        data = self.client.recv(65536)
        if not data:
            raise EOFError
        return data

    def _until(self, action, *arguments):
        while True:
            try:
                result = action(*arguments)
                self._flush()
                return result
            except ssl.SSLWantReadError:
                self._flush()
                self.incoming.write(self._receive())

    def _flush(self):
        if data := self.outgoing.read():
            self.client.sendall(data)

    def read(self):
        data = self._until(self.tls.read, 65536)
        if not data:
            raise EOFError
        return data

    def write(self, data):
        self._until(self.tls.write, data)
