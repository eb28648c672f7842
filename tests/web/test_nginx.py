"""web_fetch against nginx with TLS; curl reads the same and judges."""
import random
import shutil
import socket
import subprocess
import time

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("curl"),
                                reason="needs nginx and curl: tools/deps.sh web")
WORDS = "heat pump water summer winter cold warm Größe 日本 🎉 code table list".split()

CONFIGURATION = """
daemon off; master_process off; error_log {folder}/error.log; pid {folder}/pid;
events {{}}
http {{
  access_log off; default_type text/plain; charset utf-8; gzip on; gzip_types text/plain;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  ssl_certificate {certificates.certificate}; ssl_certificate_key {certificates.key};
  server {{ listen 127.0.0.1:{ports[0]} ssl http2; root {folder}/pages; }}
  server {{ listen 127.0.0.1:{ports[1]} ssl; ssl_protocols TLSv1.2; root {folder}/pages; }}
  server {{ listen 127.0.0.1:{ports[2]} ssl http2; ssl_ecdh_curve secp384r1; root {folder}/pages; }}
  server {{ listen 127.0.0.1:{ports[3]} ssl http2; http2_chunk_size 100; root {folder}/pages;
            location /moved {{ return 301 https://localhost:{ports[1]}/text.txt; }} }}
}}
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def nginx(certificates, tmp_path_factory):
    """The ports: HTTP/2; HTTP/1.1 with TLS 1.2; a curve that is asked for anew; many small frames."""
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "pages").mkdir()
    draw = random.Random(7)
    text = "\n".join(" ".join(draw.choices(WORDS, k=draw.randrange(20))) for _ in range(20_000))
    (folder / "pages" / "text.txt").write_text(text)
    ports = free_ports(4)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, certificates=certificates, ports=ports))
    server = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", ports[0])).close()
            break
        except OSError:
            assert server.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
    yield ports
    server.terminate()
    server.wait(20)


def read_all(fetch, url):
    text, start = "", 0
    while True:
        result = fetch.call("web_fetch", url=url, start_index=start)
        assert not result.is_error, result
        text += result.page + "\n"
        head = result.text.split("<web-content-")[0]
        if "MORE FOLLOWS" not in head:
            return text.removesuffix("\n")
        start = int(head.split("start_index=")[1].split(".")[0])


@pytest.mark.parametrize("server", [0, 1, 2, 3], ids=["http2", "tls1.2", "hello-retry", "small-frames"])
def test_what_curl_reads_is_read(fetch, nginx, certificates, server):
    url = f"https://localhost:{nginx[server]}/text.txt"
    curl = subprocess.run(["curl", "-sS", "--cacert", certificates.ca, "--compressed", url],
                          capture_output=True, timeout=60, check=True).stdout.decode()
    assert len(curl) > 500_000
    assert read_all(fetch, url) == curl.removesuffix("\n")


def test_a_redirect_from_one_protocol_to_another_is_followed(fetch, nginx):
    result = fetch.call("web_fetch", url=f"https://localhost:{nginx[3]}/moved", max_length=1000)
    assert not result.is_error, result
    assert result.text.startswith(f"https://localhost:{nginx[1]}/text.txt")


def test_several_pages_are_fetched_at_once(fetch, nginx):
    url = f"https://localhost:{nginx[0]}/text.txt"
    calls = [fetch.start("tools/call", {"name": "web_fetch", "arguments": {"url": f"{url}?{n}", "max_length": 100}})
             for n in range(20)]
    assert not any(fetch.wait(call)["result"].get("isError") for call in calls)
