"""Can the chart be installed, installed again, moved to another recipe, and taken away?"""

import pytest

from chart import recipe, values_of

KINDS = "deployments,services,networkpolicies,persistentvolumeclaims,priorityclasses,poddisruptionbudgets,secrets"
MINE = ("-A", "-l", "app.kubernetes.io/instance=autosre")


@pytest.fixture
def install(cluster):
    def install(name, *changes):
        cluster.helm(["upgrade", "--install", "autosre"], values_of(name, *changes), "-n", "autosre",
                     "--create-namespace", "--wait=hookOnly")
    yield install
    cluster.uninstall("autosre", "-n", "autosre", "--wait=hookOnly", "--ignore-not-found")


def container_of(cluster, deployment):
    found = cluster.get("deployment", deployment, "-n", "autosre")
    return found["spec"]["template"]["spec"]["containers"][0]


def generations(cluster):
    return {o["metadata"]["name"]: o["metadata"]["generation"]
            for o in cluster.get("deployments", *MINE)["items"]}


def test_what_is_kept_is_what_the_recipe_says(cluster, install, name):
    install(name)
    shown = recipe(name)
    container = container_of(cluster, "autosre-vllm-local")
    command = shown["serve_command"][2:]
    assert container["args"][:len(command)] == command
    assert {e["name"]: e["value"] for e in container["env"]} == shown["environment"]
    assert container["image"] == shown["recipe"]["docker_image"]


def test_the_services_have_their_addresses(cluster, install):
    install("gpt-oss-20b")
    services = cluster.get("services", *MINE)["items"]
    assert {s["metadata"]["name"]: s["spec"]["clusterIP"] for s in services} == {
        "autosre-vllm-local": "10.96.0.30", "autosre-proxy": "10.96.0.31",
        "autosre-codex-proxy": "10.96.0.32", "autosre-browser": "10.96.0.33"}


def test_installing_again_changes_nothing(cluster, install):
    install("gpt-oss-20b")
    before = generations(cluster)
    assert set(before.values()) == {1} and "autosre-vllm-local" in before
    install("gpt-oss-20b")
    assert generations(cluster) == before


def test_another_recipe_takes_the_place_of_the_first(cluster, install):
    install("qwen3.6-27b-nvfp4-2node")
    assert "autosre-vllm-worker-1" in generations(cluster)
    install("qwen3.6-35b-a3b-nvfp4")
    assert "autosre-vllm-worker-1" not in generations(cluster)
    container = container_of(cluster, "autosre-vllm-local")
    assert container["args"] == recipe("qwen3.6-35b-a3b-nvfp4")["serve_command"][2:]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_a_choice_taken_back_leaves_nothing_of_it(cluster, install):
    install("gpt-oss-20b", {"browser": {"recordingHostPath": "/srv/rec"}, "podDisruptionBudget": {"enabled": True}})
    install("gpt-oss-20b", {"browser": {"enabled": False}})
    left = cluster.get(KINDS, *MINE)["items"]
    assert not [o for o in left if "browser" in o["metadata"]["name"] or o["kind"] == "PodDisruptionBudget"]


def test_uninstalling_leaves_nothing(cluster, install):
    install("qwen3.6-27b-nvfp4-2node")
    assert len(cluster.get(KINDS, *MINE)["items"]) > 10
    cluster.uninstall("autosre", "-n", "autosre", "--wait=hookOnly")
    left = [o for o in cluster.get(KINDS, *MINE)["items"] if "deletionTimestamp" not in o["metadata"]]
    assert left == []
