"""The public test pages of Readability and trafilatura, out of pinned packages (install.sh), and how an extracted text is
scored against what they expect."""
import collections
import html
import json
import pathlib
import re
import subprocess

READABILITY = "codeberg.org/readeck/go-readability/v2"
TRAFILATURA = "github.com/markusmobius/go-trafilatura"


class Page(collections.namedtuple("Page", "name path url text with_ without")):
    """path: the page in UTF-8. Either text, what is expected, or segments that must be in it and must not."""


def decoded(data):
    """As UTF-8 if it is, else by what the page declares."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
        try:
            return data.decode(declared[1].decode() if declared else "cp1252", "replace")
        except LookupError:
            return data.decode("cp1252", "replace")


def kept(folder, name, source):
    path = folder / (re.sub(r"[^\w.-]", "_", name) + ".html")
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(decoded(source.read_bytes()), encoding="utf-8")
    return path


def visible_text(markup):
    markup = re.sub(r"(?s)<!--.*?-->|<(script|style)\b.*?</\1>", " ", markup)
    markup = re.sub(r"</?(?:a|b|i|u|em|strong|span|code|sup|sub|font|small|abbr|mark|cite|time|q|s|tt)\b[^>]*>", "", markup)
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def readability_pages(cache):
    module = module_folder(cache, READABILITY)
    for folder in sorted((module / "test-pages").iterdir()):
        if (folder / "expected.html").exists():
            path = kept(cache / "pages/readability", folder.name, folder / "source.html")
            expected = visible_text((folder / "expected.html").read_text(encoding="utf-8"))
            yield Page(folder.name, path, "http://fakehost/test/page.html", expected, None, None)


# The annotations are a Go literal: "URL": {File: "…", With: []string{"…", …}, …}.
GO_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'


def go_strings(text):
    for literal in re.findall(GO_STRING, text):
        if literal[0] == "`":
            yield literal[1:-1]
        else:
            yield json.loads(literal.replace("\\'", "'"))


def trafilatura_pages(cache):
    module = module_folder(cache, TRAFILATURA)
    annotations = (module / "scripts/comparison/data.go").read_text(encoding="utf-8")
    entry = re.compile(r"(?s)\n\t(" + GO_STRING + r"): \{\n(.*?)\n\t\},")
    for url, body in entry.findall(annotations):
        fields = dict(re.findall(r"(?s)\b(\w+):\s+((?:\[\]string\{)?(?:(?:" + GO_STRING + r")[,\s]*)*)", body))
        name = next(go_strings(fields["File"]))
        for place in ("comparison", "mock"):
            source = module / "test-files" / place / name
            if source.exists():
                yield Page(name, kept(cache / "pages/trafilatura", name, source), next(go_strings(url)), None,
                           list(go_strings(fields.get("With", ""))), list(go_strings(fields.get("Without", ""))))
                break


def module_folder(cache, module):
    return next((cache / "modules").glob(module + "@*"))


def tokens(text):
    return re.findall(r"\w+", text.replace("_", " ").lower())


def token_f1(found, expected):
    found, expected = collections.Counter(tokens(found)), collections.Counter(tokens(expected))
    common = sum((found & expected).values())
    if not common:
        return float(not found and not expected)
    return 2 * common / (sum(found.values()) + sum(expected.values()))


def segment_counts(page, text):
    """(found, missed, wrongly kept) among the page's annotated segments."""
    text = " " + " ".join(tokens(text)) + " "
    has = lambda segment: " ".join(tokens(segment)) in text
    with_ = [s for s in page.with_ if tokens(s)]
    without = [s for s in page.without if tokens(s)]
    found = sum(map(has, with_))
    return found, len(with_) - found, sum(map(has, without))


def run_tool(argv, pages, environment=None):
    """One {"text", "seconds", "error"} for each page."""
    lines = "".join(json.dumps({"path": str(p.path), "url": p.url}) + "\n" for p in pages)
    done = subprocess.run(argv, input=lines, capture_output=True, text=True, env=environment, check=True)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(answers) == len(pages), f"{argv[0]} answered {len(answers)} of {len(pages)} pages"
    return answers
