"""web_search against a server that answers as DuckDuckGo or SearXNG do."""
import json
import pathlib
import urllib.parse

import pytest
from mcp_client import Server
from pages import Pages, answer

STORED = pathlib.Path(__file__).resolve().parents[1] / "mcp" / "search" / "pages"


def result(number, title="Result"):
    link = urllib.parse.quote(f"https://site{number}.test/page", safe="")
    return (f'<div class="result results_links web-result"><h2 class="result__title"><a class="result__a" '
            f'href="//duckduckgo.com/l/?uddg={link}&amp;rut=x">{title} {number}</a></h2>'
            f'<a class="result__snippet">About <b>number</b> {number}</a></div>')


def results_page(numbers, following=None):
    form = following and (f'<form action="/html/" method="post"><input type=hidden name=q value=x><input type=hidden '
                          f'name=s value={following}><input type=hidden name=vqd value=4-{following}></form>')
    return answer(f"<!doctype html><div id=links>{''.join(map(result, numbers))}{form or ''}</div>", "text/html")


def fields_of(request):
    return dict(urllib.parse.parse_qsl(request.partition(b"\r\n\r\n")[2].decode(), keep_blank_values=True))


class Engine(Pages):
    """DuckDuckGo, with three pages of ten results. `requests` are those that came."""

    def __init__(self):
        super().__init__()
        self.requests = []
        self["/html/"] = self.search

    def search(self, request):
        self.requests.append(request)
        fields = fields_of(request)
        first = int(fields.get("s", 0))
        if first and fields["vqd"] != f"4-{first}":
            return answer((STORED / "challenge.html").read_text(), "text/html", status=202)
        return results_page(range(first + 1, first + 11), following=first + 10 if first < 20 else None)


@pytest.fixture
def engine():
    with Engine() as server:
        yield server


@pytest.fixture
def search(engine):
    with Server("search", AUTOSRE_SEARCH_DUCKDUCKGO_URL=engine.url("/html/")) as server:
        yield server


def numbers(text):
    return [int(line.split("site")[1].split(".")[0]) for line in text.splitlines() if "https://site" in line]


def test_results_have_title_link_and_snippet(search, engine):
    found = search.call("web_search", query="heat pump")
    assert not found.is_error, found
    assert found.text.startswith('Results 1 to 5 for "heat pump":\n')
    assert found.page.splitlines()[:3] == ["1. Result 1", "   https://site1.test/page", "   About number 1"]
    assert numbers(found.text) == [1, 2, 3, 4, 5]
    assert "page=2" in found.text


def test_the_form_is_sent_as_a_browser_sends_it(search, engine):
    search.call("web_search", query="a & b", region="de-de", time_range="week")
    request = engine.requests[0]
    assert fields_of(request) == {"q": "a & b", "b": "", "kl": "de-de", "df": "w"}
    head = request.decode()
    assert head.startswith("POST /html/ HTTP/1.1\r\n")
    assert f"\r\nOrigin: http://127.0.0.1:{engine.port}\r\n" in head
    assert f"\r\nReferer: {engine.url('/html/')}\r\n" in head
    assert "\r\nContent-Type: application/x-www-form-urlencoded\r\n" in head


def test_pages_go_on_where_the_last_one_ended_and_ask_no_more_than_needed(search, engine):
    pages = [numbers(search.call("web_search", query="x", max_results=7, page=page).text) for page in (1, 2, 3, 4, 5)]
    assert [number for page in pages for number in page] == list(range(1, 31))
    assert len(engine.requests) == 3
    assert "No more results" in search.call("web_search", query="x", max_results=10, page=4).text
    assert numbers(search.call("web_search", query="x", max_results=7, page=2).text) == pages[1]
    assert len(engine.requests) == 3  # known by now


def test_the_limit_is_the_users(engine):
    with Server("search", AUTOSRE_SEARCH_DUCKDUCKGO_URL=engine.url("/html/"), AUTOSRE_SEARCH_MAX_RESULTS=3) as search:
        assert len(numbers(search.call("web_search", query="x").text)) == 3
        assert search.call("web_search", query="x", max_results=4).is_error


def test_no_results_name_the_query(search, engine):
    engine["/html/"] = answer((STORED / "none.html").read_text(), "text/html")
    found = search.call("web_search", query="qzxv wvut")
    assert not found.is_error
    assert 'No results for "qzxv wvut"' in found.text


@pytest.mark.parametrize("status", [200, 202, 403, 429])
def test_a_challenge_is_said_and_not_taken_for_no_results(search, engine, status):
    asked = []
    page = (STORED / "challenge.html").read_text()
    engine["/html/"] = lambda request: asked.append(1) or answer(page, "text/html", status=status)
    found = search.call("web_search", query="heat pump")
    assert found.is_error
    assert "challenge" in found.text and "not mean that there are none" in found.text
    assert "browser_search" in found.text
    assert "No results" not in found.text
    # It is left alone for a while.
    again = search.call("web_search", query="another")
    assert again.is_error and "asked again in" in again.text
    assert len(asked) == 1


def test_a_page_that_is_not_known_is_said(search, engine):
    engine["/html/"] = answer("<html><body>We have a new design!</body></html>", "text/html")
    found = search.call("web_search", query="heat pump")
    assert found.is_error
    assert "does not say that there are none" in found.text


def test_an_engine_that_is_away_is_said(search, engine):
    engine.close()
    found = search.call("web_search", query="heat pump")
    assert found.is_error
    assert "cannot be reached" in found.text


def test_a_query_without_words_is_refused(search, engine):
    assert search.call("web_search", query=" ! ").is_error
    assert search.call("web_search", query="x" * 500).is_error
    assert not engine.requests


def test_searxng_is_asked_instead(engine):
    asked = []

    def answer_json(request):
        asked.append(request)
        page = int(dict(urllib.parse.parse_qsl(request.split(b" ")[1].decode().partition("?")[2]))["pageno"])
        found = [{"url": f"https://site{n}.test/", "title": f"Result {n}", "content": "x"}
                 for n in range(page * 10 - 9, page * 10 + 1)] if page < 3 else []
        return answer(json.dumps({"results": found}), "application/json")

    engine["/search?q=x+y&format=json&language=de-DE&pageno=1&time_range=year"] = answer_json
    engine["/search?q=x+y&format=json&language=de-DE&pageno=2&time_range=year"] = answer_json
    engine["/search?q=x+y&format=json&language=de-DE&pageno=3&time_range=year"] = answer_json
    with Server("search", AUTOSRE_SEARCH_URL=engine.url("")) as search:
        ask = dict(query="x y", region="de-de", time_range="year", max_results=10)
        assert numbers(search.call("web_search", **ask).text) == list(range(1, 11))
        assert numbers(search.call("web_search", page=2, **ask).text) == list(range(11, 21))
        assert "No more results" in search.call("web_search", page=3, **ask).text
    assert len(asked) == 3


def test_a_wrong_address_of_an_engine_is_named():
    import subprocess

    from mcp_client import BINARY
    run = subprocess.run([BINARY, "mcp", "serve", "search"], env={"AUTOSRE_SEARCH_URL": "searx", "PATH": "/usr/bin"},
                         input=b"", capture_output=True, timeout=60, check=False)
    assert run.returncode == 2
    assert "AUTOSRE_SEARCH_URL" in run.stderr.decode()
