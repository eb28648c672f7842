"""`autosre k3s image --import`: into a real containerd, once."""

import os
import shutil

import pytest

from chart import binary
from runtime import pack, packed


@pytest.fixture
def path(containerd, tmp_path):
    return f"{containerd.program(tmp_path / 'bin')}:{os.environ['PATH']}"


def test_it_is_imported_once_and_a_newer_build_takes_its_place(containerd, tmp_path, path):
    planned = packed(tmp_path, "--import", "--dry-run", PATH=path)
    assert len(planned["import"]) == 3 and containerd.images() == {}

    first = packed(tmp_path, "--import", PATH=path)
    assert first["import"] == planned["import"]
    kept = containerd.images()
    assert {name: digest for name, (digest, _) in kept.items()} == {
        first["image"]: first["digest"], first["exact_image"]: first["digest"]}
    # So that the kubelet does not clean it away while no pod runs: nothing could fetch it again.
    assert "io.cri-containerd.pinned=pinned" in kept[first["exact_image"]][1]

    assert packed(tmp_path, "--import", PATH=path)["import"] == []
    assert containerd.images() == kept

    newer = tmp_path / "newer"
    shutil.copy(binary(), newer)
    with open(newer, "ab") as file:
        file.write(b"another build")
    second = packed(tmp_path, "--import", PATH=path, program=newer)
    now = containerd.images()
    assert now[second["image"]][0] == now[second["exact_image"]][0] == second["digest"] != first["digest"]
    # A pod that runs the old one may start again; the kubelet may clean it away later.
    assert now[first["exact_image"]][0] == first["digest"]
    assert "pinned" not in now[first["exact_image"]][1]
    assert "pinned" in now[second["exact_image"]][1]
    assert not any(f.suffix == ".tar" for f in tmp_path.rglob("*")), "an archive is left behind"


def test_without_k3s_it_says_so(tmp_path):
    done = pack(tmp_path, "--import", PATH="/usr/bin:/bin")
    assert done.returncode == 1 and done.stderr.startswith("error: "), done
    assert "k3s" in done.stderr and done.stdout == ""


def test_a_containerd_that_does_not_answer_is_an_error(tmp_path):
    (tmp_path / "bin").mkdir()
    k3s = tmp_path / "bin/k3s"
    k3s.write_text(f"#!/bin/sh\nshift\nexec ctr --address {tmp_path}/nobody --connect-timeout 1s \"$@\"\n")
    k3s.chmod(0o755)
    done = pack(tmp_path, "--import", PATH=f"{tmp_path}/bin:/usr/bin:/bin")
    assert done.returncode == 1 and "nobody" in done.stderr, done
    assert done.stderr.count("\n") == 1 and "root" in done.stderr, done.stderr
