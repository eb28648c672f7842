"""How the hook comes into vLLM's processes: by the .pth file, and by nothing else."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
HOOK = HERE.parents[1] / "vllm_hook"
SCHEDULER = "vllm.v1.core.sched.scheduler"
# As at the start of a Python whose site directory holds the files: runs the lines of the .pth file.
SITE = f"import site; site.addsitedir({str(HOOK)!r})\n"
PATCHED = "print(hasattr(sys.modules[%r].Scheduler.schedule, 'priority_preempt'))\n" % SCHEDULER


def python(code, *options, path=HERE / "fake", **env):
    done = subprocess.run([sys.executable, *options, "-c", "import sys\n" + code], text=True, capture_output=True,
                          env={"PATH": os.environ["PATH"], "PYTHONPATH": str(path)} | env)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_python_that_never_loads_vllm_pays_for_one_small_module():
    shown = python("before = set(sys.modules)\n" + SITE + "print(sorted(set(sys.modules) - before - {'site'}))")
    assert shown == "['vllm_priority_watch']\n"


def test_the_scheduler_is_patched_as_it_is_loaded():
    assert python(SITE + f"import {SCHEDULER}\n" + PATCHED) == "True\n"


def test_one_that_is_loaded_already_is_patched_too():
    assert python(f"import {SCHEDULER}\n" + SITE + PATCHED) == "True\n"


def test_without_the_files_nothing_is_patched():
    assert python(f"import {SCHEDULER}\n" + PATCHED) == "False\n"


def test_a_child_that_is_spawned_gets_it_as_its_parent_did(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SITE)
    (tmp_path / "main.py").write_text(
        "import multiprocessing, sys\n"
        f"def child():\n    import {SCHEDULER}\n    " + PATCHED +
        "if __name__ == '__main__':\n"
        "    for way in ('spawn', 'fork'):\n"
        "        process = multiprocessing.get_context(way).Process(target=child)\n"
        "        process.start()\n        process.join(60)\n")
    done = subprocess.run([sys.executable, tmp_path / "main.py"], text=True, capture_output=True,
                          env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}:{HERE / 'fake'}"})
    assert done.stdout == "True\nTrue\n", done.stderr


def test_who_only_asks_for_the_module_does_not_use_it_up():
    assert python(SITE + f"import importlib.util; importlib.util.find_spec({SCHEDULER!r})\n"
                  f"import {SCHEDULER}\n" + PATCHED) == "True\n"


def test_the_module_keeps_its_loader_and_its_source():
    shown = python(SITE + f"import inspect, {SCHEDULER} as m\n"
                   "print(type(m.__loader__).__name__, m.__spec__.loader is m.__loader__, 'exec_module' in vars(m.__loader__),"
                   " 'class Scheduler' in inspect.getsource(m), any(type(f).__name__ == 'Watch' for f in sys.meta_path))")
    assert shown == "SourceFileLoader True False True False\n"


def test_another_finder_is_asked_as_before(tmp_path):
    shown = python(SITE + f"""
import importlib.util
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {SCHEDULER!r}:
            print("asked")
sys.meta_path.insert(0, Finder())
import {SCHEDULER}
""" + PATCHED)
    assert shown == "asked\nTrue\n"


def test_a_vllm_without_that_scheduler_is_one_line(tmp_path):
    (tmp_path / "vllm/v1/core/sched").mkdir(parents=True)
    shown = python(SITE + f"try:\n    import {SCHEDULER}\nexcept ImportError:\n    print('as without it')", path=tmp_path)
    assert sorted(shown.splitlines()) == [
        "as without it", f"priority preemption: inactive, {SCHEDULER} is not there or cannot be watched"]


def test_a_hook_that_cannot_be_loaded_is_one_line(tmp_path):
    (tmp_path / "vllm_priority_watch.py").write_text((HOOK / "vllm_priority_watch.py").read_text())
    (tmp_path / "vllm_priority_preempt.py").write_text("this is no Python")
    shown = python(f"sys.path.insert(0, {str(tmp_path)!r})\nimport vllm_priority_watch, {SCHEDULER}\n" + PATCHED)
    assert shown.count("priority preemption: inactive, SyntaxError") == 1 and "False" in shown


def test_a_python_without_site_directories_is_left_alone():
    assert python("print('vllm_priority_watch' in sys.modules)", "-S") == "False\n"


def check(path):
    return subprocess.run([sys.executable, "-m", "vllm_priority_preempt"], text=True, capture_output=True,
                          env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{HOOK}:{path}"})


def test_it_says_whether_it_fits():
    done = check(HERE / "fake")
    assert (done.returncode, done.stdout) == (0, "priority preemption: fits vLLM fake\n")


def test_without_vllm_it_says_so(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 1
    assert done.stderr == "priority preemption: inactive, vLLM cannot be imported (No module named 'vllm')\n"
