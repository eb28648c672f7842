"""The parts that the tests put together: a scripted model server, the proxies, Claude
Code, Codex."""

import itertools
import os
import shutil

import pytest

import children
from answers import say
from claude import Claude, clients
from codex import Codex, served
from proxy import Proxy, binary
from responses_client import Responses
from upstream import Upstream
from wire import post, user


def pytest_collection_modifyitems(items):
    wanted = os.environ.get("AUTOSRE_ENGINE_TESTS") == "1"
    skip = pytest.mark.skip(reason="takes a real engine: set AUTOSRE_ENGINE_TESTS=1")
    for item in items:
        if item.get_closest_marker("engine") and not wanted:
            item.add_marker(skip)


def pytest_sessionstart(session):
    if not binary().exists():
        pytest.exit(f"{binary()} is missing: build it, or set AUTOSRE_BINARY", returncode=1)
    if not clients().exists():
        pytest.exit(f"{clients()} is missing: run tests/e2e/install_clients.sh", returncode=1)


@pytest.fixture(autouse=True)
def nothing_is_left_running():
    yield
    children.end_all()


@pytest.fixture
def make_upstream():
    made = []

    def make(port=0, **options):
        made.append(Upstream(**options).start(port))
        return made[-1]

    yield make
    for upstream in made:
        upstream.stop()
    problems = [p for upstream in made for p in upstream.problems]
    assert not problems, problems


@pytest.fixture
def upstream(make_upstream):
    return make_upstream()


@pytest.fixture
def make_proxy(tmp_path):
    made = []

    def make(upstream_url, *options, kind="anthropic", home=None):
        home = home or tmp_path / f"proxy{len(made)}"
        home.mkdir(exist_ok=True)
        made.append(Proxy(home, upstream_url, *options, kind=kind))
        return made[-1]

    yield make
    codes = [p.terminate() for p in made]
    assert codes == [0] * len(codes), [p.stderr for p in made]


@pytest.fixture
def proxy(make_proxy, upstream):
    return make_proxy(upstream.url)


@pytest.fixture
def claude(proxy, tmp_path):
    return Claude(tmp_path / "claude", proxy.url)


@pytest.fixture
def codex_proxy(make_proxy, upstream):
    return make_proxy(upstream.url, kind="codex")


@pytest.fixture
def make_cli(tmp_path):
    """The real Codex against a proxy, with the model that it serves and a folder of its own."""
    count = itertools.count()

    def make(proxy, model=None, **config):
        return Codex(tmp_path / f"codex{next(count)}", proxy.url, model or served(proxy), **config)

    return make


@pytest.fixture
def cli(codex_proxy, make_cli):
    return make_cli(codex_proxy)


@pytest.fixture(scope="session")
def node():
    found = shutil.which("node")
    assert found, "node is not on PATH"
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One proxy for all tests of a file that do not change it: (proxy, upstream)."""
    upstream = Upstream().start()
    proxy = Proxy(tmp_path_factory.mktemp("proxy"), upstream.url)
    post(proxy.port, user("warm up"))
    yield proxy, upstream
    assert proxy.terminate() == 0
    upstream.stop()


@pytest.fixture
def port(shared):
    shared[1].respond = lambda call: say("ok")
    return shared[0].port


@pytest.fixture
def make_codex(make_proxy):
    """The Responses proxy before a server: a client of it."""
    def make(upstream, *options):
        return Responses(make_proxy(upstream.url, *options, kind="codex"), upstream)
    return make


@pytest.fixture
def codex(make_codex, upstream):
    return make_codex(upstream)


@pytest.fixture(scope="module")
def shared_codex(tmp_path_factory):
    upstream = Upstream().start()
    client = Responses(Proxy(tmp_path_factory.mktemp("codex"), upstream.url, kind="codex"), upstream)
    yield client
    assert client.proxy.terminate() == 0
    upstream.stop()


@pytest.fixture
def client(shared_codex):
    """Of the one Responses proxy for all tests of a file, with no calls made yet."""
    shared_codex.upstream.calls.clear()
    shared_codex.upstream.respond = lambda call: say("ok")
    yield shared_codex
    assert shared_codex.upstream.problems == []
