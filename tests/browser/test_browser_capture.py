"""Pages as Markdown, pictures, prints and films."""
import os
import signal
import struct
import time

import pytest

import client as client_module


def size_of_png(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def test_a_page_that_scripts_write_is_rendered(client, site):
    text = client.ok("browser_render_markdown", url=site.url + "/app", main_content=False).text
    assert "# Tasks" in text and "Feed the cat" in text
    text = client.ok("browser_render_markdown", url=site.url + "/late", wait_for_selector="#it").text
    assert "It came late" in text
    why = client.refused("browser_render_markdown", url=site.url + "/late", wait_for_selector="#never", timeout_seconds=8)
    assert "#never" in why


def test_an_open_stream_does_not_hold_up_the_rendering(client, site):
    text = client.ok("browser_render_markdown", url=site.url + "/stream", main_content=False).text
    assert "Live" in text


def test_frames_and_shadow_trees_are_rendered(client, site):
    text = client.ok("browser_render_markdown", url=site.url + "/frames", main_content=False).text
    assert "Inside same" in text and "Inside other" in text
    text = client.ok("browser_render_markdown", url=site.url + "/shadow", main_content=False).text
    assert "in the shadow" in text and "slotted words" in text


def test_a_long_page_comes_in_parts(client, site):
    first = client.ok("browser_render_markdown", url=site.url + "/long", max_length=5000).text
    start = int(first.split("MORE FOLLOWS: call again with start_index=")[1].split(".")[0])
    second = client.ok("browser_render_markdown", url=site.url + "/long", max_length=5000, start_index=start).text
    assert "Part 0" in first and "Part 0" not in second and f"Characters {start} to" in second


def test_one_shot_calls_leave_nothing(client, site):
    client.ok("browser_render_markdown", url=site.url + "/login")
    assert "No session is open." in client.ok("browser_session_list_tabs").text


def test_pictures_fit_what_models_take(client, site):
    window = client.ok("browser_screenshot", url=site.url + "/form")
    assert [kind for kind, _ in window.images] == ["image/png"]
    assert size_of_png(window.images[0][1]) == (1280, 800)
    phone = client.ok("browser_screenshot", url=site.url + "/form", width=390, height=844)
    assert size_of_png(phone.images[0][1]) == (390, 844)
    whole = client.ok("browser_screenshot", url=site.url + "/long", full_page=True)
    assert len(whole.images) == 4 and "are not shown" in whole.text
    for _, data in whole.images:
        width, height = size_of_png(data)
        assert max(width, height) <= 1568 and width * height <= 1_160_000 and len(data) < 1_000_000
    jpeg = client.ok("browser_screenshot", url=site.url + "/form", format="jpeg")
    assert jpeg.images[0][0] == "image/jpeg" and jpeg.images[0][1][:2] == b"\xff\xd8"


def test_one_element_is_shown(client, site, open_session):
    session = open_session("/form")
    result = client.ok("browser_screenshot", session_id=session.id, ref=session.ref('button "Send order"', session.opened))
    width, height = size_of_png(result.images[0][1])
    assert 40 < width < 300 and 10 < height < 60


def test_a_page_is_printed(client, site):
    result = client.ok("browser_pdf", url=site.url + "/form", name="../../order form").text
    path = result.split("KB: ")[1].strip()
    with open(path, "rb") as file:
        assert file.read(5) == b"%PDF-"
    assert path.endswith("/autosre/browser/order-form.pdf")
    text = client.ok("browser_pdf", url=site.url + "/form", output="text").text
    assert "We deliver" in text


def clusters_in(data):
    """How many a .webm holds, by our own reading; each has at least one frame."""
    assert data[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in data[:64] and b"V_VP8" in data[:400]
    return data.count(b"\x1f\x43\xb6\x75")


def record(folder, seconds):
    """The only film in the folder, so many seconds after its first frame has come."""
    film, = folder.iterdir()
    end = time.monotonic() + 60
    while clusters_in(film.read_bytes()) == 0:
        assert time.monotonic() < end, "nothing is recorded"
        time.sleep(0.2)
    time.sleep(seconds)
    return film


def test_a_session_is_recorded_only_when_asked(start, site, tmp_path):
    client = start(AUTOSRE_BROWSER_RECORDINGS=str(tmp_path / "films"))
    plain = client_module.Session(client, site.url + "/moving")
    session = client_module.Session(client, site.url + "/moving", record=True)
    film = record(tmp_path / "films", 2)
    closed = client.ok("browser_session_close", session_id=session.id).text
    client.ok("browser_session_close", session_id=plain.id)
    assert list((tmp_path / "films").iterdir()) == [film] and str(film) in closed
    assert film.stat().st_mode & 0o777 == 0o600
    assert clusters_in(film.read_bytes()) >= 1
    playing = client_module.Session(client, site.url + "/")
    assert playing.id
    pruned = client.ok("browser_prune_recordings", older_than_hours=0, dry_run=True).text
    assert film.name in pruned and film.exists()
    client.ok("browser_prune_recordings", older_than_hours=0)
    assert not film.exists()


@pytest.mark.parametrize("ending", ["close", "kill"])
def test_a_recording_plays_in_a_browser(start, site, tmp_path, ending):
    client = start(AUTOSRE_BROWSER_RECORDINGS=str(tmp_path / "films"))
    session = client_module.Session(client, site.url + "/moving", record=True)
    film = record(tmp_path / "films", 3)
    if ending == "close":
        client.ok("browser_session_close", session_id=session.id)
    else:
        os.kill(client.process.pid, signal.SIGKILL)
        client = start()
    site.film = film.read_bytes()
    player = client_module.Session(client, site.url + "/player")
    assert "played to the end: 1280x" in player.act("wait", text="played to the end", seconds=40, snapshot=True)


def test_filling_in_a_password_deletes_the_recording(start, site, tmp_path):
    client = start(AUTOSRE_BROWSER_RECORDINGS=str(tmp_path / "films"))
    session = client_module.Session(client, site.url + "/login", record=True)
    session.act("fill", ref=session.ref('textbox "User"'), text="ada")
    assert len(list((tmp_path / "films").iterdir())) == 1
    said = session.act("fill", ref=session.ref('textbox "Password"'), text="lovelace")
    assert "stopped and deleted" in said
    assert list((tmp_path / "films").iterdir()) == []
    # Keys without a ref go to what has the focus.
    other = client_module.Session(client, site.url + "/login", record=True)
    other.act("click", ref=other.ref('textbox "Password"'))
    assert "stopped and deleted" in other.act("type", text="x")
    assert list((tmp_path / "films").iterdir()) == []


def test_a_search_reads_the_engines_page(start, site):
    client = start(AUTOSRE_SEARCH_DUCKDUCKGO_URL=site.url + "/search")
    found = client.ok("browser_search", query="coal mines & Ö", max_results=2).text
    assert "1. " in found and "3. " not in found and "https://" in found
    assert any("q=coal%20mines%20%26%20%C3%96" in path for path in site.seen)
    assert "No results for" in client.ok("browser_search", query="nothing at all").text
    assert "check that a person asks" in client.refused("browser_search", query="challenge")
    assert "cannot be read" in client.refused("browser_search", query="other")
