"""The browser's life: started when needed, gone with the server or when idle, replaced when it dies."""
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import pytest

import client as client_module


def poll(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def descendants(pid):
    """The living processes that a process has started, itself left out."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True).stdout
    children = {}
    for line in listed.splitlines():
        child, parent, state = line.split()
        if not state.startswith("Z"):
            children.setdefault(int(parent), []).append(int(child))
    found, open_ones = [], [pid]
    while open_ones:
        new = children.get(open_ones.pop(), [])
        found += new
        open_ones += new
    return found


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def profiles(tmp_path):
    return sorted(p.name for p in (tmp_path / ".cache/autosre/browser").glob("profile-*") if p.is_dir())


def browser_of(client):
    children = [p for p in descendants(client.process.pid)]
    assert children, "a browser runs"
    return children[0]


def test_an_idle_server_has_no_browser_and_little_memory(start):
    client = start()
    client.request("tools/list", {})
    assert descendants(client.process.pid) == []
    status = pathlib.Path(f"/proc/{client.process.pid}/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0])
    assert resident < 15 * 1024, f"{resident} KiB"


def test_a_killed_browser_ends_its_calls_and_the_next_has_a_new_one(start, site):
    client = start()
    session = client_module.Session(client, site.url + "/form")
    call = client.start_call("browser_act", session_id=session.id, action="wait", text="never", seconds=40)
    time.sleep(0.5)
    os.kill(browser_of(client), signal.SIGKILL)
    result = client.finish_call(call)
    assert result.is_error
    assert "signal 9" in client.refused("browser_snapshot", session_id=session.id)
    again = client_module.Session(client, site.url + "/form")
    assert 'heading "Order"' in again.snapshot()


def test_a_killed_server_leaves_no_process_and_its_profile_is_collected(start, site, tmp_path):
    client = start()
    client_module.Session(client, site.url + "/busy")
    processes = descendants(client.process.pid)
    assert len(processes) > 1 and len(profiles(tmp_path)) == 1
    left = profiles(tmp_path)[0]
    os.kill(client.process.pid, signal.SIGKILL)
    poll(lambda: not any(is_alive(p) for p in processes), "all of the browser has ended")
    assert profiles(tmp_path) == [left]
    second = start()
    client_module.Session(second, site.url + "/form")
    assert left not in profiles(tmp_path) and len(profiles(tmp_path)) == 1


@pytest.fixture
def short_folder():
    """Chromium's sockets want short names."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


def test_the_end_of_stdin_ends_the_browser_and_all_its_files(start, site, tmp_path, short_folder):
    client = start(TMPDIR=str(short_folder))
    client_module.Session(client, site.url + "/form")
    processes = descendants(client.process.pid)
    assert list(short_folder.iterdir()), "Chromium's own folder"
    client.close()
    poll(lambda: not any(is_alive(p) for p in processes), "all of the browser has ended")
    assert profiles(tmp_path) == [] and list(short_folder.iterdir()) == []


def test_idle_sessions_are_closed_and_then_the_browser(start, site):
    client = start(AUTOSRE_BROWSER_IDLE="2s")
    session = client_module.Session(client, site.url + "/form")
    assert descendants(client.process.pid)
    poll(lambda: descendants(client.process.pid) == [], "the idle browser has ended")
    assert "2 s without use" in client.refused("browser_snapshot", session_id=session.id)
    assert 'heading "Order"' in client_module.Session(client, site.url + "/form").opened


def test_a_cancelled_call_gets_no_answer_and_the_session_goes_on(start, site):
    client = start()
    session = client_module.Session(client, site.url + "/form")
    call = client.start_call("browser_act", session_id=session.id, action="wait", text="never", seconds=40)
    time.sleep(0.3)
    client._send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": call}})
    assert 'heading "Order"' in session.snapshot()
    assert call not in client.answers


def test_without_a_browser_the_error_says_what_to_do(start):
    client = start(AUTOSRE_BROWSER="/nonexistent/chromium")
    assert "AUTOSRE_BROWSER" in client.refused("browser_session_open")
    client = start(AUTOSRE_BROWSER_URL="http://127.0.0.1:9")
    assert "there is no browser at 127.0.0.1:9" in client.refused("browser_session_open")
