"""Is what is deployed for each recipe what was looked at and found good?"""

import pytest

from chart import GOLDEN, RECIPES, helm, render_text, values_of


def test_each_recipe_renders_as_it_did(name, request):
    text = render_text(values_of(name))
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
    {"vllm": {"cache": {"enabled": False}}}, {"vllm": {"gpuMode": "env"}},
    {"web": {"enabled": True, "args": ["metrics"]}},
    {"networkPolicy": {"allowedCIDRs": ["192.168.1.0/24", "fd00::/8"]}},
    {"proxies": {"tokenSecret": "t", "dataHostPath": "/var/lib/autosre"}},
    {"clusterIPs": dict.fromkeys(["vllm", "proxy", "codexProxy", "browser", "web"], "")},
], ids=str)
def test_helm_finds_no_fault_with_any_choice(change):
    assert "0 chart(s) failed" in helm(["lint", "--strict"], values_of(RECIPES[-1], change))
