import pytest

from chart import RECIPES
from control_plane import ControlPlane


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
