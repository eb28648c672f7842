"""Do `autosre recipes list`, `show` and `check` find a user's own recipes, and say what is wrong with them?"""

import json
import subprocess

import pytest

from chart import RECIPES, REPO, binary

PRODUCTION = (REPO / "share/recipes/qwen3.6-35b-a3b-nvfp4.yaml").read_text()


@pytest.fixture
def autosre(tmp_path):
    def run(*arguments):
        return subprocess.run([binary(), "recipes", *arguments], text=True, capture_output=True, cwd=tmp_path,
                              env={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")})
    return run


@pytest.fixture
def write(tmp_path):
    folder = tmp_path / "config/autosre/recipes"
    folder.mkdir(parents=True)

    def write(name, text):
        (folder / name).write_text(text)
        return str(folder / name)
    return write


def listed(autosre):
    done = autosre("list", "--json")
    assert done.returncode == 0, done.stderr
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def test_without_own_recipes_there_are_those_of_the_program(autosre):
    assert sorted(listed(autosre)) == RECIPES
    for name in RECIPES:
        assert name in autosre("list").stdout


def test_ones_own_recipe_takes_the_place_of_the_programs(autosre, write):
    path = write("qwen3.6-35b-a3b-nvfp4.yaml", PRODUCTION.replace("max_num_seqs: 8", "max_num_seqs: 2"))
    assert listed(autosre)["qwen3.6-35b-a3b-nvfp4"]["path"] == path
    for name in ("qwen3.6-35b-a3b-nvfp4", "qwen3.6-nvfp4"):
        shown = json.loads(autosre("show", name, "--json").stdout)
        assert shown["recipe"]["max_num_seqs"] == shown["values"]["proxies"]["slots"] == 2
        assert "--max-num-seqs=2" in shown["serve_command"] and "--max-num-seqs=2" in shown["values"]["vllm"]["args"]


def test_a_faulty_recipe_of_ones_own_spares_the_others(autosre, write):
    path = write("mine.yaml", PRODUCTION + "speed: fast\n")
    line = PRODUCTION.count("\n") + 1
    entry = listed(autosre)["mine"]
    assert entry["recipe"] is None
    assert entry["faults"] == [{"file": path, "line": line, "key": "speed", "what": "is no key of a recipe"}]
    assert autosre("show", "gpt-oss-20b").returncode == 0
    shown = autosre("show", "mine")
    assert shown.returncode == 1
    assert shown.stderr == (f"error: a recipe is wrong — {path}:{line}: speed: is no key of a recipe — "
                            "see `autosre recipes check`\n")


def test_check_reads_all_that_are_known_or_the_files_that_are_named(autosre, write):
    assert autosre("check").returncode == 0
    bad = write("bad.yaml", PRODUCTION.replace("tensor_parallel: 1", "tensor_parallel: one"))
    line = PRODUCTION[:PRODUCTION.index("tensor_parallel: 1")].count("\n") + 1
    for arguments in ((), (bad,)):
        done = autosre("check", *arguments)
        assert done.returncode == 1
        assert f"{bad}:{line}: tensor_parallel: must be a whole number, but is a text\n" in done.stdout
        assert ("gpt-oss-20b.yaml: ok" in done.stdout) == (not arguments)


def test_check_warns_of_what_is_known_to_go_wrong(autosre, write):
    path = write("mine.yaml", PRODUCTION.replace("  - --enable-chunked-prefill", "  - --speculative-config={}"))
    done = autosre("check", path, "--json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)[0]["warnings"]) == 1
    assert "#53912" in json.loads(done.stdout)[0]["warnings"][0]


def test_what_does_not_exist_is_a_mistake_of_usage(autosre):
    unknown = autosre("show", "llama")
    assert unknown.returncode == 2
    assert ", ".join(RECIPES) in unknown.stderr
    missing = autosre("check", "nowhere.yaml")
    assert missing.returncode == 2
    assert "nowhere.yaml" in missing.stderr


def test_the_page_for_people_has_the_command_and_the_environment(autosre):
    done = autosre("show", "qwen3.6-nvfp4")
    assert "vllm serve nvidia/Qwen3.6-35B-A3B-NVFP4 \\\n  --host=0.0.0.0 \\\n" in done.stdout
    assert "\nCUBLAS_WORKSPACE_CONFIG=:4096:8\n" in done.stdout
    assert "warning" not in done.stderr
