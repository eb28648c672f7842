"""trafilatura as its users run it: {"path", "url"} a line on stdin; {"text", "seconds"} a line out.
With --markdown it writes Markdown instead of text."""
import json
import sys
import time

import trafilatura

options = {"output_format": "markdown", "include_links": True, "include_images": True} \
    if "--markdown" in sys.argv else {}
for line in sys.stdin:
    page = json.loads(line)
    with open(page["path"], encoding="utf-8") as file:
        html = file.read()
    start = time.perf_counter()
    text = trafilatura.extract(html, url=page["url"], include_comments=False, **options) or ""
    seconds = time.perf_counter() - start
    print(json.dumps({"text": text, "seconds": seconds, "error": None}), flush=True)
