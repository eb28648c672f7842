import os
import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import client as client_module  # noqa: E402
import site_pages  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]


def binary():
    return os.environ.get("AUTOSRE_BINARY", str(ROOT / "build" / "autosre"))


def environment_for(folder, **more):
    """Nothing of the user's: every folder that the server may write to is the test's own."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AUTOSRE_FETCH_ALLOW": "127.0.0.0/8,::1/128",
    }
    environment.update(more)
    return environment


def command():
    override = os.environ.get("AUTOSRE_MCP_BROWSER")
    return [override] if override else [binary(), "mcp", "serve", "browser"]


@pytest.fixture(scope="session")
def site():
    server = site_pages.Server()
    yield server
    server.shutdown()


@pytest.fixture(scope="session", autouse=True)
def chromium():
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        pytest.fail("there is no Chromium: run tools/deps.sh test")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A server for the tests of one file; each opens sessions of its own."""
    one = client_module.Client(command(), environment_for(tmp_path_factory.mktemp("home")))
    yield one
    one.close()


@pytest.fixture
def start(tmp_path):
    """Starts servers with an environment of their own, for tests that end or configure them."""
    started = []

    def begin(*options, **more):
        one = client_module.Client([*command(), *options], environment_for(tmp_path, **more))
        started.append(one)
        return one

    yield begin
    for one in started:
        one.close()


@pytest.fixture
def open_session(client, site):
    opened = []

    def begin(path, **arguments):
        session = client_module.Session(client, site.url + path, **arguments)
        opened.append(session)
        return session

    yield begin
    for session in opened:
        client.call("browser_session_close", session_id=session.id)
