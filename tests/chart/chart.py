"""Renders helm/autosre with the values that the program makes of a recipe."""

import json
import os
import pathlib
import subprocess
import tempfile

import yaml

REPO = pathlib.Path(__file__).resolve().parents[2]
CHART = REPO / "helm/autosre"
GOLDEN = REPO / "tests/golden/chart"
RECIPES = sorted(path.stem for path in (REPO / "share/recipes").glob("*.yaml"))
# What `autosre configure vllm` would know.
NODES = {"cluster": {"nodes": [{"hostname": "gb10-1", "ip": "192.168.100.10"},
                               {"hostname": "gb10-2", "ip": "192.168.100.11"}]}}


class Refused(Exception):
    """What helm says when it does not render."""


def binary():
    return pathlib.Path(os.environ.get("AUTOSRE_BINARY", REPO / "build/autosre")).resolve()


def tool(name):
    cache = pathlib.Path(os.environ.get("AUTOSRE_TEST_CACHE", REPO / ".cache"))
    return cache / "kube-tools/bin" / name


def recipe(name):
    """All that the program says of a recipe."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([binary(), "recipes", "show", name, "--json"], text=True,
                              capture_output=True, env={"HOME": home, "PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def merged(*layers):
    """As helm merges values: mappings by key, all else replaced."""
    result = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result


def values_of(name, *changes):
    shown = recipe(name)
    nodes = NODES if shown["recipe"]["mode"] == "cluster" else {}
    return merged(shown["values"], nodes, *changes)


def helm(command, values, *options):
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / "values.json").write_text(json.dumps(values))
        done = subprocess.run([tool("helm"), *command, CHART, "-f", home / "values.json", *options],
                              text=True, capture_output=True, cwd=home,
                              env={"HOME": folder, "PATH": os.environ["PATH"]})
    if done.returncode:
        raise Refused(done.stderr + done.stdout)
    return done.stdout


def render_text(values, *options):
    return helm(["template", "autosre"], values, *options)


def render(values, *options):
    return [o for o in yaml.safe_load_all(render_text(values, *options)) if o]


def find(objects, kind, name):
    found = [o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


def pods(objects):
    """(name, pod spec) of every deployment."""
    return [(o["metadata"]["name"], o["spec"]["template"]["spec"])
            for o in objects if o["kind"] == "Deployment"]


def vllm(objects):
    """The engine's pod and its container."""
    spec = find(objects, "Deployment", "autosre-vllm-local")["spec"]["template"]["spec"]
    return spec, spec["containers"][0]
