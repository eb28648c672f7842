import shutil

import pytest

from chart import binary
from runtime import Containerd


def pytest_sessionstart(session):
    if not binary().exists():
        pytest.exit(f"{binary()} is missing: build it, or set AUTOSRE_BINARY", returncode=1)
    for program in ("containerd", "ctr", "runc"):
        if not shutil.which(program):
            pytest.exit(f"{program} is missing: run tools/deps.sh container", returncode=1)


@pytest.fixture(scope="module")
def containerd(tmp_path_factory):
    running = Containerd(tmp_path_factory.mktemp("c"))
    yield running
    running.stop()
