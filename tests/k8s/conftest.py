import pytest

from chart import RECIPES
from control_plane import ControlPlane
from nodes import Cluster
from upstream import Upstream


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"))
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()


@pytest.fixture(params=RECIPES)
def name(request):
    """Each recipe in turn."""
    return request.param


@pytest.fixture(scope="session")
def upstream():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def living(tmp_path_factory, upstream):
    """One with controllers and nodes, on which deployments come up."""
    plane = Cluster(tmp_path_factory.mktemp("cluster"), upstream.port)
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()
