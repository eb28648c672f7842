"""Is what the chart starts exactly what the recipe says?"""

import subprocess

from chart import binary, find, recipe, render, values_of, vllm

NODE_FLAGS = ["--nnodes=2", "--node-rank=0", "--master-addr=192.168.100.10", "--master-port=29501"]


def plain(container):
    return {entry["name"]: entry.get("value") for entry in container["env"]}


def test_the_pod_runs_the_recipes_command(name):
    shown = recipe(name)
    spec, container = vllm(render(values_of(name)))
    assert shown["serve_command"][:2] == ["vllm", "serve"]  # which the image begins with
    of_nodes = NODE_FLAGS if shown["recipe"]["mode"] == "cluster" else []
    assert container["args"] == shown["serve_command"][2:] + of_nodes
    assert "command" not in container
    assert container["image"] == shown["recipe"]["docker_image"]


def test_the_pod_has_the_recipes_environment_and_no_other(name):
    spec, container = vllm(render(values_of(name)))
    assert plain(container) == recipe(name)["environment"]
    assert len(container["env"]) == len(plain(container))
    # Else every service of the namespace would be in it.
    assert spec["enableServiceLinks"] is False


def test_a_variable_is_a_text_whatever_it_looks_like():
    values = values_of("gpt-oss-20b")
    values["vllm"]["env"] = [{"name": "A", "value": text} for text in ["1", "yes", "", "a: b", "1e3", "\"'"]]
    container = vllm(render(values))[1]
    assert [entry["value"] for entry in container["env"]] == ["1", "yes", "", "a: b", "1e3", "\"'"]


def test_workers_run_the_same_with_their_rank():
    objects = render(values_of("qwen3.6-27b-nvfp4-2node"))
    spec, head = vllm(objects)
    worker_spec = find(objects, "Deployment", "autosre-vllm-worker-1")["spec"]["template"]["spec"]
    worker = worker_spec["containers"][0]
    expected = [a.replace("--node-rank=0", "--node-rank=1") for a in head["args"]] + ["--headless"]
    assert worker["args"] == expected
    assert worker["env"] == head["env"]
    assert worker["image"] == head["image"]
    for pod, host in ((spec, "gb10-1"), (worker_spec, "gb10-2")):
        assert pod["nodeSelector"]["kubernetes.io/hostname"] == host
        assert pod["hostNetwork"] is True
        assert pod["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == 1


def test_the_proxies_know_how_many_requests_the_engine_runs(name):
    objects = render(values_of(name))
    slots = recipe(name)["recipe"]["max_num_seqs"]
    for proxy in ("autosre-proxy", "autosre-codex-proxy"):
        container = find(objects, "Deployment", proxy)["spec"]["template"]["spec"]["containers"][0]
        assert f"--slots={slots}" in container["args"]


def test_the_proxies_args_are_options_of_the_program(tmp_path):
    objects = render(values_of("gpt-oss-20b", {"proxies": {"tokenSecret": "t"}}))
    for proxy, words in (("autosre-proxy", ["proxy", "anthropic"]),
                         ("autosre-codex-proxy", ["proxy", "codex"])):
        args = find(objects, "Deployment", proxy)["spec"]["template"]["spec"]["containers"][0]["args"]
        assert args[:2] == words
        shown = subprocess.run([binary(), "help", *words], text=True, capture_output=True,
                               env={"HOME": str(tmp_path)})
        for option in args[2:]:
            assert option.split("=")[0] in shown.stdout, (proxy, option)
