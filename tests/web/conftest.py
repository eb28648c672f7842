import collections
import pathlib

import pytest
from mcp_client import Server
from wire_capture import make_certificates

Certificates = collections.namedtuple("Certificates", "ca certificate key")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """Of a CA of this run's own, for localhost, 127.0.0.1 and fingerprint.test."""
    folder = pathlib.Path(tmp_path_factory.mktemp("certificates"))
    return Certificates(*make_certificates(folder, ["localhost", "127.0.0.1", "fingerprint.test"]))


@pytest.fixture(scope="session")
def fetch(certificates):
    """The fetch server with leave to read from loopback, and that CA trusted."""
    with Server("fetch", AUTOSRE_FETCH_ALLOW="127.0.0.0/8,::1", SSL_CERT_FILE=certificates.ca) as server:
        yield server
