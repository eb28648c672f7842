import pathlib
import shutil
import sys

import pytest

HERE = pathlib.Path(__file__).parent
REPO = HERE.parents[2]
sys.path[:0] = [str(HERE), str(REPO / "tests/e2e"), str(REPO / "vllm_hook")]

import vllm_priority_watch  # noqa: E402, F401  as the .pth file would

import tiny_model  # noqa: E402


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    folder = tiny_model.write(tmp_path_factory.mktemp("model") / "tiny")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def say(capsys):
    """Prints a figure that the run is to show."""
    def say(text):
        with capsys.disabled():
            print(f"\n{text}")
    return say


@pytest.fixture(scope="session")
def endless(tmp_path_factory):
    """The same model, but its answers do not end by themselves."""
    return tiny_model.write(tmp_path_factory.mktemp("endless") / "tiny", end=0.0)


@pytest.fixture(scope="session")
def servers(tmp_path_factory, model, endless):
    from server import Vllm

    folder = tmp_path_factory.mktemp("vllm")
    made = [Vllm(folder / "hooked", model), Vllm(folder / "stock", endless, hook=False)]
    try:
        yield [one.wait() for one in made]
    finally:
        for one in made:
            one.stop()


@pytest.fixture(scope="session")
def hooked(servers):
    return servers[0]


@pytest.fixture(scope="session")
def stock(servers):
    """Without the hook, and with the model whose answers do not end."""
    return servers[1]
