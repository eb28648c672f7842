"""web_fetch over TLS: HTTP/2 and HTTP/1.1, and the certificates that it does not trust."""
import pytest
from mcp_client import Server
from scripted import Scripted
from wire_capture import CaptureServer, make_certificates


@pytest.mark.parametrize("protocols", [("h2", "http/1.1"), ("http/1.1",)], ids=["http2", "http1"])
def test_a_page_is_fetched(fetch, certificates, protocols):
    with CaptureServer(certificates.certificate, certificates.key, protocols) as server:
        result = fetch.call("web_fetch", url=f"https://localhost:{server.port}/page?x=1")
        assert not result.is_error, result
        assert "A page that was fetched." in result.page
        assert server.connections[0].protocol == protocols[0]


def test_an_address_is_checked_against_the_certificate(fetch, certificates):
    with CaptureServer(certificates.certificate, certificates.key) as server:
        assert not fetch.call("web_fetch", url=f"https://127.0.0.1:{server.port}/").is_error
        result = fetch.call("web_fetch", url=f"https://127.0.0.2:{server.port}/")
        assert result.is_error


def test_a_certificate_of_an_unknown_authority_is_refused(certificates):
    with CaptureServer(certificates.certificate, certificates.key) as server:
        with Server("fetch", AUTOSRE_FETCH_ALLOW="127.0.0.1") as other:
            result = other.call("web_fetch", url=f"https://localhost:{server.port}/")
        assert result.is_error
        assert "its certificate is not trusted: " in result.text
        assert not server.connections[0].headers


def test_a_certificate_for_another_name_is_refused(certificates, tmp_path):
    ca, certificate, key = make_certificates(tmp_path, ["other.test"])
    with CaptureServer(certificate, key) as server:
        with Server("fetch", AUTOSRE_FETCH_ALLOW="127.0.0.1", SSL_CERT_FILE=ca) as fetch:
            result = fetch.call("web_fetch", url=f"https://localhost:{server.port}/")
        assert result.is_error
        assert "not trusted: hostname mismatch" in result.text.lower(), result
        assert not server.connections[0].headers


def test_a_server_that_does_not_speak_tls_is_named(fetch):
    with Scripted(lambda client: client.sendall(b"220 mail.test ESMTP\r\n")) as server:
        result = fetch.call("web_fetch", url=f"https://localhost:{server.port}/")
        assert result.is_error
        assert f"no secure connection to localhost:{server.port}: TLS failed" in result.text
