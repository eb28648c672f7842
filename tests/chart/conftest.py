import pytest

from chart import RECIPES, binary, tool


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the golden files anew")


def pytest_sessionstart(session):
    if not binary().exists():
        pytest.exit(f"{binary()} is missing: build it, or set AUTOSRE_BINARY", returncode=1)
    if not tool("helm").exists():
        pytest.exit(f"{tool('helm')} is missing: run tests/chart/install_tools.sh", returncode=1)


@pytest.fixture(params=RECIPES)
def name(request):
    """Each recipe in turn."""
    return request.param
