"""Is what is deployed for each recipe what was looked at and found good?"""

import re

import pytest

from chart import GOLDEN, RECIPES, helm, render_text, values_of


def without_the_hook(text):
    """Its text is compared with the file itself, in test_preemption.py."""
    text, count = re.subn(r"(?ms)^data:\n  vllm_priority_preempt\..*?(?=^---)", "data: …\n", text)
    assert count == 1
    return re.sub(r"(checksum/preemption: )[0-9a-f]{64}", r"\1…", text)


def test_each_recipe_renders_as_it_did(name, request):
    text = without_the_hook(render_text(values_of(name)))
    golden = GOLDEN / f"{name}.yaml"
    if request.config.getoption("--update"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), "if this is meant: tests/chart/run.sh --update"


def test_no_golden_file_is_of_a_recipe_that_is_gone():
    assert sorted(path.stem for path in GOLDEN.glob("*.yaml")) == RECIPES


def test_helm_finds_no_fault(name):
    assert "0 chart(s) failed" in helm(["lint", "--strict"], values_of(name))


@pytest.mark.parametrize("change", [
    {"browser": {"enabled": False}}, {"proxy": {"enabled": False}},
    {"codexProxy": {"enabled": False}}, {"networkPolicy": {"enabled": False}},
    {"priorityClass": {"create": False}}, {"podDisruptionBudget": {"enabled": True}},
    {"vllm": {"preemption": {"enabled": False}}}, {"vllm": {"cache": {"enabled": False}}}, {"vllm": {"gpuMode": "env"}},
    {"web": {"enabled": True, "args": ["metrics"]}},
    {"networkPolicy": {"allowedCIDRs": ["192.168.1.0/24", "fd00::/8"]}},
    {"proxies": {"tokenSecret": "t", "dataHostPath": "/var/lib/autosre"}},
    {"clusterIPs": dict.fromkeys(["vllm", "proxy", "codexProxy", "browser", "web"], "")},
], ids=str)
def test_helm_finds_no_fault_with_any_choice(change):
    assert "0 chart(s) failed" in helm(["lint", "--strict"], values_of(RECIPES[-1], change))
