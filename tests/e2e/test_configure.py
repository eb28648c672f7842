"""`autosre configure vllm` against a real SSH server."""

import subprocess

import pytest

from proxy import binary, clean_environment
from sshd import Sshd


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    server = Sshd(tmp_path_factory.mktemp("sshd") / "server", "127.0.0.2", "127.0.0.3")
    yield server
    server.stop()


@pytest.fixture
def configure(sshd, tmp_path):
    """Runs it for a user without a home of its own; gives the process and the file."""
    data = tmp_path / "data"

    def run(*options, config=sshd.client_config):
        environment = {**clean_environment(tmp_path), "XDG_DATA_HOME": str(data),
                       "AUTOSRE_SSH_CONFIG": str(config)}
        done = subprocess.run([binary(), "configure", "vllm", *map(str, options)], text=True,
                              capture_output=True, env=environment, timeout=120)
        file = data / "autosre/vllm.yaml"
        return done, file.read_text() if file.exists() else None

    return run


def test_nodes_that_answer_are_written_down(configure, sshd):
    done, saved = configure("--node", "127.0.0.1", "--node", "127.0.0.2", "--ssh-user", sshd.user,
                            "--ssh-key", sshd.key)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("autosre/vllm.yaml")
    assert saved == f"""# The nodes that vLLM runs on; written by `autosre configure vllm`.
nodes:
  - hostname: "gb10-1"
    ip: "127.0.0.1"
    ssh_user: "{sshd.user}"
    ssh_key: "{sshd.key}"
    role: head
  - hostname: "gb10-2"
    ip: "127.0.0.2"
    ssh_user: "{sshd.user}"
    ssh_key: "{sshd.key}"
    role: worker
docker_image: "vllm/vllm-openai:latest"
docker_image_fallback: "vllm/vllm-openai:nightly"
hf_cache_dir: "/data/huggingface"
nccl_socket_ifname: "enp1s0f0np0"
"""
    # Its key was taken at first sight, and the server saw the login.
    assert "127.0.0.1" in (sshd.folder / "known_hosts").read_text()
    assert f"Accepted publickey for {sshd.user}" in sshd.said()


def test_what_is_not_named_stays(configure, sshd):
    login = ("--ssh-user", sshd.user, "--ssh-key", sshd.key)
    done, saved = configure("--node", "127.0.0.1", *login, "--docker-image", "my/vllm:1", "--hf-cache", "/d")
    assert done.returncode == 0, done.stderr
    done, saved = configure("--node", "127.0.0.3", *login)
    assert done.returncode == 0, done.stderr
    assert 'ip: "127.0.0.3"' in saved and "127.0.0.1" not in saved
    assert 'docker_image: "my/vllm:1"' in saved and 'hf_cache_dir: "/d"' in saved


@pytest.mark.parametrize("case", ["no login", "no server", "another host key"])
def test_when_one_node_does_not_answer_nothing_is_saved(case, configure, sshd, tmp_path):
    config, nodes, key = sshd.client_config, ["127.0.0.1", "127.0.0.2"], sshd.key
    if case == "no login":
        key = sshd.folder / "host"
        why = "Permission denied (publickey)"
    if case == "no server":
        config = tmp_path / "config"
        config.write_text(f"Host 127.0.0.2\n  Port 1\nInclude {sshd.client_config}\n")
        why = "Connection refused"
    if case == "another host key":
        known, other = tmp_path / "known_hosts", (sshd.folder / "user.pub").read_text()
        known.write_text(f"[127.0.0.1]:{sshd.port} {other}")
        config = tmp_path / "config"
        config.write_text(f"UserKnownHostsFile {known}\nInclude {sshd.client_config}\n")
        why = "Host key verification failed"
    options = [word for node in nodes for word in ("--node", node)]
    done, saved = configure(*options, "--ssh-user", sshd.user, "--ssh-key", key, config=config)
    assert done.returncode == 1
    assert why in done.stderr and "nothing was saved" in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: gb10-"), done.stderr
    assert saved is None


@pytest.mark.parametrize("options, why", [
    ([], "no node is named"),
    (["--node", "ten"], "must be an IP address"),
    (["--node", "10.0.0.1", "--node", "10.0.0.1"], "stands there twice"),
    (["--node", "10.0.0.1", "--ssh-user", "-oProxyCommand=true"], "must be the name of a user"),
    (["--node", "10.0.0.1", "--hf-cache", "here"], "must be an absolute path"),
    (["--node", "10.0.0.1", "--ssh-key", "/none"], "is no file"),
])
def test_a_wrong_option_is_refused_before_any_node_is_asked(options, why, configure):
    done, saved = configure(*options)
    assert (done.returncode, saved) == (2, None), done.stderr
    assert why in done.stderr
