"""The local tools in the real agents: each is called once, by a script, and its result is what the model sees."""

import http.server
import json
import re
import subprocess
import threading
from dataclasses import dataclass

import pytest

from answers import call, say
from launcher import Home, start
from prompts import assert_append_only
from proxy import binary

PAGE = ("<!doctype html><title>Owls</title><nav>Menu</nav><main><h1>Owls</h1><p>Owls hunt at night, in silence, and "
        "find mice by their ears alone. <a href='/more'>More of them</a></p><button>Hoot</button></main>")
RESULTS = ("<!doctype html><div id=links><div class='result results_links web-result'><h2 class=result__title>"
           "<a class=result__a href='https://owls.example/'>All about owls</a></h2>"
           "<a class=result__snippet>They hunt at night.</a></div></div>")


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        body = (RESULTS if self.path.startswith("/html") else PAGE).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *words):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


SERVERS = ("capabilities", "fetch", "search", "browser")


@dataclass
class Row:
    """A tool, its arguments (URL stands for the page, SESSION and REF for what came before), and what its result
    must hold."""

    server: str
    tool: str
    arguments: dict
    holds: str


TOOLS = [
    Row("capabilities", "list_modules", {}, r"autosre start"),
    Row("capabilities", "search_commands", {"query": "logs"}, r"autosre logs"),
    Row("capabilities", "get_command", {"command": "logs"}, r"--follow"),
    Row("fetch", "web_fetch", {"url": "URL"}, r"# Owls\s+Owls hunt at night"),
    Row("search", "web_search", {"query": "owls"}, r"https://owls\.example/"),
    Row("browser", "browser_render_markdown", {"url": "URL"}, r"Owls hunt at night"),
    Row("browser", "browser_screenshot", {"url": "URL"}, r"image"),
    Row("browser", "browser_pdf", {"url": "URL", "output": "text"}, r"Owls hunt at night"),
    Row("browser", "browser_search", {"query": "owls"}, r"https://owls\.example/"),
    Row("browser", "browser_session_open", {"url": "URL"}, r"Hoot"),
    Row("browser", "browser_snapshot", {"session_id": "SESSION"}, r"Hoot"),
    Row("browser", "browser_act", {"session_id": "SESSION", "action": "click", "ref": "REF"}, r"127\.0\.0\.1"),
    Row("browser", "browser_session_list_tabs", {}, r"Owls"),
    Row("browser", "browser_session_close", {"session_id": "SESSION"}, r"(?i)closed"),
    Row("browser", "browser_prune_recordings", {"dry_run": True}, r"(?i)recording"),
]


def results_in(call_):
    """What the model sees of each tool's result, pictures as the word "image"."""
    found = []
    for message in call_.messages:
        content = message.get("content")
        if message["role"] == "tool":
            found.append(content if isinstance(content, str) else json.dumps(content))
        elif found and isinstance(content, list) and "image_url" in json.dumps(content):
            found[-1] += " image"
    return found


class Script:
    """Calls one tool after the other."""

    def __init__(self, rows, url, name_of):
        self.rows = rows
        self.url = url
        self.name_of = name_of
        self.results = []

    def value(self, word):
        text = "\n".join(self.results)
        if word == "URL":
            return self.url + "/"
        if word == "SESSION":
            return re.search(r"session_id:? *\"?([\w-]+)", text)[1]
        if word == "REF":
            return re.search(r"button[^\n]*Hoot[^\n]*\b(e\d+)\b", text)[1]
        return word

    def __call__(self, call_):
        self.results = results_in(call_)
        if len(self.results) == len(self.rows):
            return say("All called.")
        row = self.rows[len(self.results)]
        arguments = {k: self.value(v) if isinstance(v, str) else v for k, v in row.arguments.items()}
        return call(self.name_of(call_, row), **arguments)


def environment(site):
    return {"AUTOSRE_FETCH_ALLOW": "127.0.0.0/8", "AUTOSRE_SEARCH_DUCKDUCKGO_URL": site + "/html/"}


def listed(server):
    """The names of the tools that the server itself lists."""
    done = subprocess.run([binary().parent / f"autosre-mcp-{server}"], text=True, capture_output=True, timeout=30,
                          input=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}) + "\n")
    return {tool["name"] for tool in json.loads(done.stdout)["result"]["tools"]}


def rows_of(server):
    """All of the server's tools, each once."""
    rows = [row for row in TOOLS if row.server == server]
    assert {row.tool for row in rows} == listed(server)
    return rows


def check(script):
    assert len(script.results) == len(script.rows), script.results
    for row, result in zip(script.rows, script.results):
        assert re.search(row.holds, result), (row.tool, result[:2000])


@pytest.mark.parametrize("server", SERVERS)
def test_claude_calls_each_tool_without_asking(server, upstream, proxy, site, tmp_path):
    rows = rows_of(server)
    home = Home(tmp_path / "user")
    script = Script(rows, site, lambda call_, row: f"mcp__autosre-{row.server}__{row.tool}")
    upstream.respond = script
    process = start("claude", home, proxy, "-p", "Look.", **environment(site))
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and "All called." in stdout, (stdout, stderr)
    check(script)
    offered = [n for n in upstream.calls[0].tool_names if n.startswith("mcp__")]
    assert offered == [n for n in upstream.calls[-1].tool_names if n.startswith("mcp__")]
    assert {f"mcp__autosre-{s}__{name}" for s in SERVERS for name in listed(s)} == set(offered)
    assert_append_only(upstream.calls)


@pytest.mark.parametrize("server", SERVERS)
def test_codex_calls_each_tool_without_asking(server, upstream, codex_proxy, site, tmp_path):
    rows = rows_of(server)
    home = Home(tmp_path / "user")

    def name_of(call_, row):
        found = [n for n in call_.tool_names if n.endswith("__" + row.tool)]
        assert len(found) == 1, (row.tool, call_.tool_names)
        return found[0]

    script = Script(rows, site, name_of)
    upstream.respond = script
    process = start("codex", home, codex_proxy, "exec", "--strict-config", "--skip-git-repo-check", "--json", "Look.",
                    **environment(site))
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0 and "All called." in stdout, (stdout, stderr)
    check(script)


def test_a_lean_launch_has_none_of_them(upstream, proxy, tmp_path):
    upstream.respond = lambda call_: say("Hello.")
    process = start("claude", Home(tmp_path / "user"), proxy, "--lean", "-p", "Hello?")
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0 and "Hello." in stdout, (stdout, stderr)
    assert not [n for n in upstream.calls[0].tool_names if n.startswith("mcp__")]
