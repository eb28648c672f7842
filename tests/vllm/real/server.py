"""`vllm serve` with the tiny model and the production recipe's flags, and what it says of itself."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from proxy import REPO, binary, clean_environment, wait_until

START_SECONDS = 900  # on two cores that others use too
RECIPE = "qwen3.6-35b-a3b-nvfp4"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def recipe_flags(home):
    """But for the way of loading: there is nothing to load fast."""
    done = subprocess.run([binary(), "recipes", "show", RECIPE, "--json"], text=True, capture_output=True, check=True,
                          env=clean_environment(home))
    flags = json.loads(done.stdout)["recipe"]["extra_args"]
    assert "--scheduling-policy=priority" in flags and "--enable-prefix-caching" in flags
    return [flag for flag in flags if not flag.startswith("--load-format")]


class Vllm:
    def __init__(self, folder, model, hook=True, slots=2, window=65536):
        folder.mkdir()
        self.port, self.log_file = free_port(), folder / "vllm.log"
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {**os.environ, "HOME": str(folder), "VLLM_CPU_KVCACHE_SPACE": "1", "TRANSFORMERS_OFFLINE": "1",
                       "VLLM_CPU_OMP_THREADS_BIND": "nobind"}
        environment.pop("PYTHONPATH", None)
        if hook:
            # As in the image, where the folder with the .pth file is one of Python's own.
            (folder / "sitecustomize.py").write_text(f"import site; site.addsitedir({str(REPO / 'vllm_hook')!r})\n")
            environment["PYTHONPATH"] = str(folder)
        words = [pathlib.Path(sys.executable).parent / "vllm", "serve", model, "--host=127.0.0.1", f"--port={self.port}",
                 "--served-model-name=tiny", f"--max-num-seqs={slots}", f"--max-model-len={window}", "--dtype=float32",
                 "--max-num-batched-tokens=4096", "--enforce-eager", *recipe_flags(folder)]
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    def wait(self):
        wait_until(self.is_up, START_SECONDS, "vLLM's start")
        return self

    def is_up(self):
        assert self.process.poll() is None, self.log()[-4000:]
        try:
            return self.get("/health")[0] == 200
        except OSError:
            time.sleep(0.5)

    def get(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def metrics(self):
        """The values without the labels that are the same for all."""
        rows = (line.rsplit(" ", 1) for line in self.get("/metrics")[1].splitlines() if line.startswith("vllm:"))
        found = {}
        for name, value in rows:
            name = re.sub(r'(engine|model_name)="[^"]*",?', "", name).replace("{}", "")
            found[name.removeprefix("vllm:").replace(",}", "}")] = float(value)
        return found

    def running(self):
        metrics = self.metrics()
        return metrics["num_requests_running"] + metrics["num_requests_waiting"]

    def log(self):
        return self.log_file.read_text()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


class Stream(threading.Thread):
    """One streamed completion; `seen` has the moment of each token, `text` all of them."""

    def __init__(self, vllm, prompt, priority, tokens):
        super().__init__(daemon=True)
        self.vllm, self.text, self.seen, self.ended, self.error = vllm, "", [], None, None
        self.usage = None
        self.body = json.dumps({"model": "tiny", "prompt": prompt, "priority": priority, "max_tokens": tokens,
                                "temperature": 0, "ignore_eos": True, "stream": True,
                                "stream_options": {"include_usage": True}})
        self.started = time.monotonic()
        self.start()

    def run(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.vllm.port, timeout=600)
            connection.request("POST", "/v1/completions", self.body, {"content-type": "application/json"})
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            for line in answer:
                self.take(line.decode().strip())
            connection.close()
        except Exception as error:  # for the thread that waits
            self.error = error

    def take(self, line):
        if line == "data: [DONE]":
            self.ended = time.monotonic()
        elif line.startswith("data: "):
            chunk = json.loads(line[6:])
            self.usage = chunk.get("usage") or self.usage
            for choice in chunk["choices"]:
                self.text += choice["text"]
                self.seen.append(time.monotonic())

    def wait_tokens(self, count, seconds=300):
        wait_until(lambda: self.error or len(self.seen) >= count, seconds, f"{count} tokens")
        assert self.error is None, self.error
        return self

    def finish(self, seconds=600):
        self.join(seconds)
        assert self.error is None and self.ended, (self.error, "the answer does not end")
        return self


PROMPTS = ["The first of two long answers to nobody in particular: ", "Another one, of the same length: "]


def saturated(vllm, tokens, urgent_tokens=4):
    """Two long answers of background work fill the slots, then comes an urgent request: (background, urgent)."""
    background = [Stream(vllm, prompt, 20, tokens) for prompt in PROMPTS]
    for stream in background:
        stream.wait_tokens(3)
    urgent = Stream(vllm, "Now: ", -10, urgent_tokens).finish()
    return [stream.finish() for stream in background], urgent
