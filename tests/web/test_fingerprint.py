"""web_fetch and Debian's Chromium open the same page of the same server: what each says is compared.

Values that are random in both (GREASE, keys, the order of extensions) are compared for being so."""
import re
import shutil
import subprocess

import client_hello
import pytest
from client_hello import ECH, KEY_SHARE, is_grease
from wire_capture import CaptureServer

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium: tools/deps.sh browser"),
]
URL = "https://localhost:{}/page?x=1"


def open_in_chromium(url, folder):
    # Its own name for itself says "HeadlessChrome" in this mode only.
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
         "--host-resolver-rules=MAP *.test 127.0.0.1", f"--user-data-dir={folder}", "--dump-dom", url],
        capture_output=True, timeout=120, check=True)


def navigation(server):
    """The connection that asked for the page."""
    wanted = [c for c in server.connections
              if b"GET /page" in c.request or any((":path", "/page?x=1") in h for h in c.headers)]
    assert wanted, "nothing asked for the page"
    return wanted[0]


@pytest.fixture(scope="module")
def both(fetch, certificates, tmp_path_factory):
    """(Chromium's connection, ours)"""
    with CaptureServer(certificates.certificate, certificates.key) as server:
        open_in_chromium(URL.format(server.port), tmp_path_factory.mktemp("profile"))
        chromium = navigation(server)
        server.connections.clear()
        assert not fetch.call("web_fetch", url=URL.format(server.port)).is_error
        return chromium, navigation(server)


def masked(values):
    return ["GREASE" if is_grease(value) else value for value in values]


def content_of(hello, kind):
    """An extension's content with what is random in it left out."""
    content = hello.extension(kind)
    if kind == KEY_SHARE:
        return masked(group for group, _ in hello.key_shares), [length for _, length in hello.key_shares]
    if kind == ECH:
        return content[:5]  # an outer hello, its ciphers; the payload's length is one of four
    if kind == client_hello.GROUPS:
        return masked(hello.groups)
    if kind == client_hello.VERSIONS:
        return masked(hello.versions)
    if kind == client_hello.SIGNATURE_ALGORITHMS:
        return masked(hello.signature_algorithms)
    return content


def test_the_ja4_is_the_same(both):
    chromium, ours = both
    assert client_hello.ja4(ours.hello) == client_hello.ja4(chromium.hello)


def test_the_client_hello_is_the_same_but_for_what_is_random(both):
    theirs, ours = (connection.hello for connection in both)
    assert masked(ours.ciphers) == masked(theirs.ciphers)
    assert (ours.legacy_version, ours.compression) == (theirs.legacy_version, theirs.compression)
    assert len(ours.session_id) == len(theirs.session_id)
    # GREASE stands at both ends, empty and with one byte; between them the order is drawn anew each time.
    assert sorted(map(str, masked(ours.types))) == sorted(map(str, masked(theirs.types)))
    for hello in (ours, theirs):
        assert [is_grease(kind) for kind in hello.types] == [True] + [False] * (len(hello.types) - 2) + [True]
        assert (len(hello.extensions[0][1]), len(hello.extensions[-1][1])) == (0, 1)
    for kind in theirs.types:
        if not is_grease(kind):
            assert content_of(ours, kind) == content_of(theirs, kind), hex(kind)
    payloads = {len(hello.extension(ECH)) for hello in (ours, theirs)}
    assert payloads <= {186, 218, 250, 282}


def test_the_http2_frames_are_the_same(both):
    chromium, ours = both
    assert ours.akamai == chromium.akamai
    assert ours.settings == chromium.settings
    assert ours.priority == chromium.priority
    first = [(frame.kind, frame.flags, frame.stream) for frame in ours.frames[:3]]
    assert first == [(frame.kind, frame.flags, frame.stream) for frame in chromium.frames[:3]]


def version_of(headers):
    return re.search(r"Chrome/(\d+)", dict(headers)["user-agent"])[1]


def test_the_headers_are_the_same(both):
    theirs, ours = (next(h for h in connection.headers if (":path", "/page?x=1") in h) for connection in both)
    assert "Headless" not in str(ours)
    theirs = [(name, value.replace("HeadlessChrome", "Chrome")) for name, value in theirs]
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    different = [pair for pair in zip(ours, theirs) if pair[0] != pair[1]]
    if version_of(ours) == version_of(theirs):
        assert not different
    else:
        # Debian has a newer one: its name of itself may differ, and src/fetch/chrome.cc is due.
        assert {pair[0][0] for pair in different} <= {"user-agent", "sec-ch-ua"}


def test_each_connection_draws_anew(fetch, certificates):
    with CaptureServer(certificates.certificate, certificates.key) as server:
        for _ in range(12):
            assert not fetch.call("web_fetch", url=URL.format(server.port)).is_error
        hellos = [connection.hello for connection in server.connections]
    assert len({tuple(client_hello.without_grease(hello.types)) for hello in hellos}) >= 10
    assert len({hello.ciphers[0] for hello in hellos}) >= 4
    assert len({client_hello.ja4(hello) for hello in hellos}) == 1


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_the_http1_headers_are_the_same(fetch, certificates, tmp_path, scheme):
    # Chromium trusts localhost as if it were TLS, and tells it as much.
    host = "localhost" if scheme == "https" else "plain.test"
    files = (certificates.certificate, certificates.key, ("http/1.1",)) if scheme == "https" else ()
    with CaptureServer(*files) as server:
        open_in_chromium(f"{scheme}://{host}:{server.port}/page?x=1", tmp_path)
        theirs = navigation(server).request.replace(b"HeadlessChrome", b"Chrome")
        server.connections.clear()
        assert not fetch.call("web_fetch", url=f"{scheme}://localhost:{server.port}/page?x=1").is_error
        ours = navigation(server).request.split(b"\r\n")
    theirs = theirs.replace(b"plain.test", b"localhost").split(b"\r\n")
    assert [line.split(b":")[0] for line in ours] == [line.split(b":")[0] for line in theirs]
    different = [pair[0].split(b":")[0].lower() for pair in zip(ours, theirs) if pair[0] != pair[1]]
    assert set(different) <= {b"user-agent", b"sec-ch-ua"}  # of another version, see above


@pytest.mark.parametrize("command", [["curl", "-sk", "-o", "/dev/null"], ["openssl"]], ids=["curl", "openssl"])
def test_the_comparison_tells_others_apart(both, certificates, command):
    chromium, _ = both
    if not shutil.which(command[0]):
        pytest.skip(f"needs {command[0]}")
    with CaptureServer(certificates.certificate, certificates.key) as server:
        if command[0] == "openssl":
            subprocess.run(["openssl", "s_client", "-connect", f"localhost:{server.port}", "-alpn", "h2"],
                           input=b"", capture_output=True, timeout=60, check=False)
        else:
            subprocess.run([*command, URL.format(server.port)], timeout=60, check=False)
        assert client_hello.ja4(server.connections[0].hello) != client_hello.ja4(chromium.hello)
