"""Does the engine's Python find the preemption hook, as it is in vllm_hook/?"""

import ast
import pathlib
import shutil

import pytest

import chart
from chart import CHART, REPO, find, render, values_of, vllm

HOOK = REPO / "vllm_hook"
FILES = sorted(path.name for path in HOOK.glob("vllm_priority_*"))
OFF = {"vllm": {"preemption": {"enabled": False}}}


def test_the_config_map_holds_the_files_of_vllm_hook_to_the_letter():
    data = find(render(values_of("gpt-oss-20b")), "ConfigMap", "autosre-vllm-preemption")["data"]
    assert len(FILES) == 3
    assert data == {name: (HOOK / name).read_text() for name in FILES}


def test_both_are_mounted_read_only_where_the_images_python_looks_for_pth_files(name):
    spec, container = vllm(render(values_of(name)))
    mounts = [m for m in container["volumeMounts"] if m["name"] == "preemption"]
    assert sorted(m["subPath"] for m in mounts) == FILES
    for mount in mounts:
        path = pathlib.PurePosixPath(mount["mountPath"])
        assert (str(path.parent), path.name) == ("/usr/local/lib/python3.12/dist-packages", mount["subPath"])
        assert mount["readOnly"] is True
    assert {"name": "preemption", "configMap": {"name": "autosre-vllm-preemption"}} in spec["volumes"]


@pytest.mark.parametrize("file", FILES)
def test_a_change_of_the_hook_starts_the_engine_anew(file, tmp_path, monkeypatch):
    def pod():
        template = find(render(values_of("gpt-oss-20b")), "Deployment", "autosre-vllm-local")["spec"]["template"]
        return template["metadata"]["annotations"]

    before = pod()
    monkeypatch.setattr(chart, "CHART", shutil.copytree(CHART, tmp_path / "chart"))
    assert pod() == before
    with open(tmp_path / "chart/files" / file, "a") as out:
        out.write("# changed\n")
    assert pod() != before


def test_it_can_be_left_out():
    objects = render(values_of("gpt-oss-20b", OFF))
    assert not [o for o in objects if o["kind"] == "ConfigMap"]
    spec, container = vllm(objects)
    assert "preemption" not in str(container["volumeMounts"]) + str(spec["volumes"])


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".py")])
def test_the_hook_is_written_for_the_images_python(file):
    ast.parse((HOOK / file).read_text(), feature_version=(3, 12))
