"""What a TLS ClientHello says, and its JA4 (github.com/FoxIO-LLC/ja4: technical_details/JA4.md)."""
import hashlib
import struct
from dataclasses import dataclass, field

SNI, ALPN, SIGNATURE_ALGORITHMS, GROUPS = 0, 16, 13, 10
KEY_SHARE, VERSIONS, ECH = 51, 43, 0xFE0D


def is_grease(value):
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def without_grease(values):
    return [value for value in values if not is_grease(value)]


def _numbers(data):
    return [number for (number,) in struct.iter_unpack(">H", data)]


@dataclass
class ClientHello:
    legacy_version: int
    session_id: bytes
    ciphers: list
    compression: bytes
    extensions: list = field(default_factory=list)  # (type, content), in order

    def extension(self, kind):
        return next((content for found, content in self.extensions if found == kind), None)

    @property
    def types(self):
        return [kind for kind, _ in self.extensions]

    @property
    def signature_algorithms(self):
        return _numbers((self.extension(SIGNATURE_ALGORITHMS) or b"\0\0")[2:])

    @property
    def groups(self):
        return _numbers((self.extension(GROUPS) or b"\0\0")[2:])

    @property
    def versions(self):
        return _numbers((self.extension(VERSIONS) or b"\0")[1:])

    @property
    def key_shares(self):
        """(group, length of its key)"""
        shares, at, data = [], 2, self.extension(KEY_SHARE) or b""
        while at < len(data):
            group, length = struct.unpack_from(">HH", data, at)
            shares.append((group, length))
            at += 4 + length
        return shares

    @property
    def alpn(self):
        names, at, data = [], 2, self.extension(ALPN) or b""
        while at < len(data):
            names.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        return names


def parse(record):
    """The ClientHello of a connection's first bytes; None while they are not all there."""
    body, at = b"", 0
    while at + 5 <= len(record):
        kind, _, length = struct.unpack_from(">BHH", record, at)
        assert kind == 22, "not a handshake record"
        if at + 5 + length > len(record):
            return None
        body += record[at + 5 : at + 5 + length]
        at += 5 + length
        if len(body) >= 4 and len(body) >= 4 + int.from_bytes(body[1:4], "big"):
            break
    if len(body) < 4 or len(body) < 4 + int.from_bytes(body[1:4], "big"):
        return None
    assert body[0] == 1, "not a ClientHello"
    version = struct.unpack_from(">H", body, 4)[0]
    at = 4 + 2 + 32
    session_id = body[at + 1 : at + 1 + body[at]]
    at += 1 + body[at]
    length = struct.unpack_from(">H", body, at)[0]
    ciphers = _numbers(body[at + 2 : at + 2 + length])
    at += 2 + length
    compression = body[at + 1 : at + 1 + body[at]]
    at += 1 + body[at]
    hello = ClientHello(version, session_id, ciphers, compression)
    end = at + 2 + struct.unpack_from(">H", body, at)[0]
    at += 2
    while at < end:
        kind, length = struct.unpack_from(">HH", body, at)
        hello.extensions.append((kind, body[at + 4 : at + 4 + length]))
        at += 4 + length
    return hello


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def ja4(hello):
    ciphers = without_grease(hello.ciphers)
    kinds = without_grease(hello.types)
    version = max(without_grease(hello.versions) or [hello.legacy_version])
    version = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10"}.get(version, "00")
    name = hello.alpn[0] if hello.alpn else "00"
    where = "d" if SNI in kinds else "i"
    first = f"t{version}{where}{min(len(ciphers), 99):02}{min(len(kinds), 99):02}{name[0]}{name[-1]}"
    cipher_part = _digest(",".join(sorted(f"{cipher:04x}" for cipher in ciphers)))
    listed = ",".join(sorted(f"{kind:04x}" for kind in kinds if kind not in (SNI, ALPN)))
    algorithms = ",".join(f"{number:04x}" for number in without_grease(hello.signature_algorithms))
    return f"{first}_{cipher_part}_{_digest(f'{listed}_{algorithms}' if algorithms else listed)}"
