"""`autosre models` against a hub that speaks Hugging Face's API."""

import fcntl
import json
import os
import resource
import signal
import subprocess

import pytest

import hub as hubs
from hub import COMMIT, Hub
from proxy import binary, clean_environment, wait_until

MODEL = "openai/gpt-oss-20b"
KEY = "gpt-oss-20b"
SHARD = os.urandom(1 << 20) * 3
INDEX = json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors",
                                   "b": "model-00002-of-00002.safetensors"}}).encode()
FILES = {
    "config.json": b'{"architectures": ["X"]}',
    "model.safetensors.index.json": INDEX,
    "model-00001-of-00002.safetensors": SHARD,
    "model-00002-of-00002.safetensors": SHARD[::-1],
    "sub folder/t\u00f6kens.json": b"{}",
    "original/model.safetensors": b"a second copy" * 1000,
    "README.md": b"# A model",
    "picture.png": b"png",
    ".gitattributes": b"*",
}
WANTED = [path for path in FILES if not path.startswith(("original/", "picture", ".git"))]


@pytest.fixture
def make_hub():
    made = []

    def make(**options):
        made.append(Hub(MODEL, options.pop("files", FILES), **options))
        return made[-1]

    yield make
    for hub in made:
        hub.stop()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "weights"


@pytest.fixture
def models(tmp_path, cache):
    def run(verb, *options, hub=None, limit=None, wait=True, **environment):
        words = [binary(), "models", verb, *map(str, options), "--cache", str(cache)]
        environment = {**clean_environment(tmp_path), "HF_ENDPOINT": hub.url if hub else "http://127.0.0.1:1",
                       **environment}
        process = subprocess.Popen(
            words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            preexec_fn=limit and (lambda: limit_files(limit)))
        if not wait:
            return process
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    return run


def limit_files(size):
    """Writing beyond fails, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def repository(cache):
    return cache / "hub/models--openai--gpt-oss-20b"


def assert_whole(cache, hub):
    """As Hugging Face's own programs would have left it."""
    snapshot = repository(cache) / "snapshots" / COMMIT
    assert (repository(cache) / "refs/main").read_text() == COMMIT
    found = {str(f.relative_to(snapshot)) for f in snapshot.rglob("*") if f.is_file()}
    assert found == set(WANTED)
    for path in WANTED:
        assert (snapshot / path).read_bytes() == FILES[path]
        assert (snapshot / path).is_symlink()
        assert (snapshot / path).resolve() == repository(cache) / "blobs" / hub.files[path].hash
        assert not os.readlink(snapshot / path).startswith("/")
    assert not list(cache.rglob("*.incomplete"))


def states(models, **options):
    done = models("list", "--json", **options)
    assert done.returncode == 0, done.stderr
    return {model["key"]: model for model in json.loads(done.stdout)["models"]}


def fetched(hub, path):
    """The ranges that were asked for a large file, and what was asked of the hub for a small one."""
    wanted = hub.files[path].hash if hub.files[path].is_large else path
    return [r[2] for r in hub.requests if wanted in r[1]]


def test_weights_are_fetched_and_then_complete(models, make_hub, cache):
    hub = make_hub()
    assert states(models)[KEY]["weights"] == "absent"
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(repository(cache) / "snapshots" / COMMIT)
    assert "100%" in done.stderr or "fetched and checked" in done.stderr
    assert_whole(cache, hub)
    state = states(models)[KEY]
    assert state["weights"] == "complete"
    assert state["weights_bytes"] == sum(len(FILES[path]) for path in WANTED)


def test_a_second_time_only_the_list_is_asked_for(models, make_hub, cache):
    hub = make_hub()
    assert models("pull", KEY, hub=hub).returncode == 0
    hub.requests.clear()
    done = models("pull", KEY, hub=hub)
    assert "all of it was there already" in done.stderr, done.stderr
    assert all("/api/models/" in request[1] for request in hub.requests)
    assert_whole(cache, hub)


def test_a_dry_run_fetches_nothing(models, make_hub, cache):
    done = models("pull", KEY, "--dry-run", "--json", hub=make_hub())
    plan = json.loads(done.stdout)
    assert sorted(f["path"] for f in plan["would_fetch"]) == sorted(WANTED)
    assert plan["missing_bytes"] == sum(len(FILES[path]) for path in WANTED)
    assert not cache.exists()


def test_a_cut_connection_is_taken_up_where_it_broke(models, make_hub, cache):
    hub = make_hub()
    hub.cut_after = 1 << 20
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 0, done.stderr
    assert_whole(cache, hub)
    ranges = fetched(hub, "model-00001-of-00002.safetensors")
    assert ranges[0] is None and len(ranges) >= 3
    assert all(r and r.startswith("bytes=") for r in ranges[2:] if r is not None)


def test_what_an_earlier_run_has_begun_is_used(models, make_hub, cache):
    hub = make_hub()
    path = "model-00001-of-00002.safetensors"
    blob = repository(cache) / "blobs" / f"{hub.files[path].hash}.incomplete"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(SHARD[:2_000_000])
    assert models("pull", KEY, hub=hub).returncode == 0
    assert_whole(cache, hub)
    assert "bytes=2000000-" in fetched(hub, path)
    assert None not in [r[2] for r in hub.requests if r[0] == "store" and hub.files[path].hash in r[1]]


def test_what_was_begun_wrong_is_fetched_anew(models, make_hub, cache):
    hub = make_hub()
    path = "model-00001-of-00002.safetensors"
    blob = repository(cache) / "blobs" / f"{hub.files[path].hash}.incomplete"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"x" * 2_000_000)
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 0, done.stderr
    assert_whole(cache, hub)


def test_ctrl_c_keeps_what_has_come(models, make_hub, cache):
    hub = make_hub()
    hub.answer = lambda handler, path: path.startswith("/blob/") and hang(hub, handler)
    process = models("pull", KEY, hub=hub, wait=False)
    large = [repository(cache) / "blobs" / f"{file.hash}.incomplete"
             for file in hub.files.values() if file.is_large]
    wait_until(lambda: any(f.exists() and f.stat().st_size >= 1000 for f in large), 60, "a part")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "goes on where it stopped" in err
    hub.answer = lambda handler, path: False
    assert models("pull", KEY, hub=hub).returncode == 0
    assert_whole(cache, hub)
    assert "bytes=1000-" in [r[2] for r in hub.requests]


def hang(hub, handler):
    """A thousand bytes, then nothing."""
    content = hub.of_hash(handler.path.split("/")[2].split("?")[0]).content
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:1000])
    handler.wfile.flush()
    handler.connection.settimeout(60)
    try:
        handler.connection.recv(1)
    except OSError:
        pass
    handler.close_connection = True
    return True


def test_a_wrong_hash_is_never_taken_for_whole(models, make_hub, cache):
    hub = make_hub()
    path = "model-00002-of-00002.safetensors"

    def wrong(handler, asked):
        if not asked.endswith(hub.files[path].hash):
            return False
        hub.send_file(handler, hub.files[path], b"y" * len(SHARD))
        return True

    hub.answer = wrong
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1
    assert f"error: {path} is not what the hub says it is" in done.stderr
    assert states(models)[KEY]["weights"] != "complete"
    assert not (repository(cache) / "blobs" / hub.files[path].hash).exists()


def test_too_much_is_refused(models, make_hub):
    hub = make_hub()

    def more(handler, asked):
        if not asked.endswith("/config.json"):
            return False
        hub.send_file(handler, hub.files["config.json"], FILES["config.json"] + b"more")
        return True

    hub.answer = more
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1 and "more than the file's size" in done.stderr, done.stderr


def test_a_busy_hub_is_asked_again(models, make_hub, cache):
    hub = make_hub()
    count = [0]

    def busy(handler, asked):
        count[0] += asked.endswith("/config.json")
        if asked.endswith("/config.json") and count[0] < 3:
            hub.send(handler, 503 if count[0] == 1 else 429, {}, Retry_After="0")
            return True
        return False

    hub.answer = busy
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 0, done.stderr
    assert_whole(cache, hub)


def test_the_token_goes_to_the_hub_alone(models, make_hub, cache):
    hub = make_hub(token="hf_secret")
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1
    assert "401" in done.stderr and "HF_TOKEN" in done.stderr
    done = models("pull", KEY, hub=hub, HF_TOKEN="hf_secret")
    assert done.returncode == 0, done.stderr
    assert {r[3] for r in hub.requests if r[0] == "store"} == {None}
    assert "hf_secret" not in done.stdout + done.stderr


def test_an_unknown_model_and_a_dead_hub_are_told(models, make_hub):
    hub = make_hub()
    assert "there are: gpt-oss-20b" in models("pull", "nothing", hub=hub).stderr
    done = models("pull", "qwen3.6-nvfp4", hub=hub)
    assert done.returncode == 1 and "404" in done.stderr
    done = models("pull", KEY)
    assert done.returncode == 1 and "Connection refused" in done.stderr
    assert done.stderr.startswith("error: cannot list the files of openai/gpt-oss-20b"), done.stderr
    done = models("pull", KEY, HF_ENDPOINT="ftp://x")
    assert done.returncode == 2 and "HF_ENDPOINT" in done.stderr


@pytest.mark.parametrize("path", ["../../evil", "/etc/evil", "a/../../evil", "a\\b", "a\nb", ""])
def test_a_hostile_name_leads_nowhere(path, models, make_hub, tmp_path, cache):
    hub = make_hub(files={"config.json": b"{}"})
    hub.files[path] = hub.files["config.json"]
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1 and "it names a file" in done.stderr, done.stderr
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "http://user@127.0.0.1/x", "/loop"])
def test_a_redirect_to_nowhere_ends(location, models, make_hub):
    hub = make_hub()

    def lead_away(handler, asked):
        if "config.json" not in asked and asked != "/loop":
            return False
        hub.send(handler, 302, Location=location)
        return True

    hub.answer = lead_away
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1 and "sends one on" in done.stderr, done.stderr


def test_a_full_disk_is_told_and_what_came_stays(models, make_hub, cache):
    hub = make_hub()
    done = models("pull", KEY, hub=hub, limit=1 << 20)
    assert done.returncode == 1
    assert "error: cannot write" in done.stderr and "free space and run it again" in done.stderr, done.stderr
    assert [f.stat().st_size for f in cache.rglob("*.incomplete")].count(1 << 20) >= 1
    assert models("pull", KEY, hub=hub).returncode == 0
    assert_whole(cache, hub)


def test_a_file_that_another_program_fetches_is_left_to_it(models, make_hub, cache):
    hub = make_hub()
    lock = cache / "hub/.locks/models--openai--gpt-oss-20b" / f"{hub.files['config.json'].hash}.lock"
    lock.parent.mkdir(parents=True)
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # as Hugging Face's own programs do
        done = models("pull", KEY, hub=hub)
    assert done.returncode == 3
    assert "another program is downloading it" in done.stderr


def test_over_tls_the_hub_must_be_who_it_says(models, make_hub, cache, tmp_path):
    folder = tmp_path / "authority"
    folder.mkdir()
    context, trusted = hubs.authority(folder)
    hub = make_hub(tls=context)
    done = models("pull", KEY, hub=hub)
    assert done.returncode == 1 and "certificate is not trusted" in done.stderr, done.stderr
    other = tmp_path / "other"
    other.mkdir()
    done = models("pull", KEY, hub=hub, SSL_CERT_FILE=str(hubs.authority(other)[1]))
    assert done.returncode == 1 and "certificate is not trusted" in done.stderr
    # The right authority, but for another name.
    wrong_name = hub.url.replace("127.0.0.1", "localhost")
    done = models("pull", KEY, hub=hub, SSL_CERT_FILE=str(trusted), HF_ENDPOINT=wrong_name)
    assert done.returncode == 1 and "mismatch" in done.stderr.lower(), done.stderr
    done = models("pull", KEY, hub=hub, SSL_CERT_FILE=str(trusted))
    assert done.returncode == 0, done.stderr
    assert_whole(cache, hub)


def test_what_is_loaded_is_marked(models, upstream_of):
    assert not any(model["loaded"] for model in states(models).values())
    url = upstream_of("nvidia/Qwen3.6-35B-A3B-NVFP4")
    done = models("list", "--json", AUTOSRE_API_URL=url)
    answer = json.loads(done.stdout)
    assert answer["loaded"] == "nvidia/Qwen3.6-35B-A3B-NVFP4"
    assert answer["models"][0]["key"] == "qwen3.6-nvfp4"
    assert [(m["key"], m["default"]) for m in answer["models"] if m["loaded"]] == [("qwen3.6-nvfp4", True)]
    text = models("list", AUTOSRE_API_URL=url).stdout
    assert "default, loaded" in text


@pytest.fixture
def upstream_of():
    """A server whose /v1/models is vLLM's."""
    import http.server
    import threading
    made = []

    def make(model):
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                body = json.dumps({"object": "list", "data": [
                    {"id": model, "object": "model", "max_model_len": 262144}]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield make
    for server in made:
        server.shutdown()
        server.server_close()
