"""The pages that the browser tests visit, on 127.0.0.1 (and localhost, another site to a browser)."""
import http.server
import pathlib
import threading
import time
import urllib.parse

PAGES = {}


def page(path):
    def put(function):
        PAGES[path] = function
        return function

    return put


def document(title, body, head=""):
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>{head}<body>{body}"


@page("/")
def index(request):
    return document("Index", "<h1>Index</h1><a href=/form>The form</a> <a href=/app>App</a>")


@page("/form")
def form(request):
    return document(
        "Order",
        """<h1>Order</h1>
<nav><ul><li><a href="/">Home</a></li><li><a href="/app">App</a></li></ul></nav>
<form action="/order" method="get">
  <label>Name <input name="name" required placeholder="Your name"></label>
  <label for="mail">E-mail</label> <input id="mail" name="mail" type="email" value="old@example.org">
  <label>Day <input name="day" type="date"></label>
  <label>Colour <input name="colour" type="color"></label>
  <label>Size <select name="size"><option value="s">Small<option value="m" selected>Medium<option value="l">Large</select></label>
  <fieldset><legend>Speed</legend>
    <label><input type="radio" name="speed" value="slow" checked> Slow</label>
    <label><input type="radio" name="speed" value="fast"> Fast</label></fieldset>
  <label><input type="checkbox" name="gift"> As a gift</label>
  <label>Notes <textarea name="notes">none</textarea></label>
  <div contenteditable="true" role="textbox" aria-label="Greeting" id="greeting">Hi</div>
  <button type="button" disabled>Pay later</button>
  <button>Send order</button>
</form>
<p>We deliver <b>everywhere</b> in two days.</p>""",
    )


@page("/order")
def order(request):
    rows = "".join(f"<li>{k}={v}</li>" for k, v in request.query)
    return document("Thanks", f"<h1>Thank you</h1><ul>{rows}</ul>")


@page("/app")
def app(request):
    return document(
        "Tasks",
        """<h1>Tasks</h1><div id=root></div><script>
const items = ["Water the plants", "Feed the cat"];
function show() {
  const place = location.pathname.split("/").pop();
  root.innerHTML = place === "about" ? "<h2>About</h2><p>A small app.</p><a href='/app'>Back</a>"
    : "<input id=new placeholder='What next?'><ul>" + items.map(t => `<li><span>${t}</span> <button>Done: ${t}</button></li>`).join("") +
      "</ul><a href='/app/about'>About</a><div class=card style='cursor:pointer'>Clear all</div>";
}
root.addEventListener("click", event => {
  const link = event.target.closest("a");
  if (link) { event.preventDefault(); history.pushState({}, "", link.href); show(); }
  if (event.target.tagName === "BUTTON") {
    const text = event.target.textContent.slice(6);
    event.target.disabled = true;
    setTimeout(() => { items.splice(items.indexOf(text), 1); event.target.closest("li").remove(); }, 50);
  }
  if (event.target.className === "card") { items.length = 0; show(); }
});
root.addEventListener("keydown", event => {
  if (event.key === "Enter" && event.target.id === "new") {
    const text = event.target.value;
    fetch("/slow?ms=200").then(() => { items.push(text); show(); });
  }
});
addEventListener("popstate", show);
show();
</script>""",
    )


PAGES["/app/about"] = app


@page("/slow")
def slow(request):
    time.sleep(int(dict(request.query).get("ms", "500")) / 1000)
    return document("Slow", "<p>At last.</p>")


@page("/dialogs")
def dialogs(request):
    return document(
        "Dialogs",
        """<button onclick="alert('Saved'); out.textContent = 'alerted'">Alert</button>
<button onclick="out.textContent = confirm('Sure?') ? 'yes' : 'no'">Confirm</button>
<button onclick="out.textContent = 'name: ' + prompt('Name?', 'nobody')">Prompt</button>
<button onclick="addEventListener('beforeunload', e => e.preventDefault()); out.textContent = 'guarded'">Guard</button>
<button onclick="for (;;) alert('again')">Endless</button>
<a href="/">Leave</a><p id=out>nothing</p>""",
    )


@page("/tabs")
def tabs(request):
    return document(
        "Tabs",
        """<a href="/popup" target="_blank">New tab</a>
<button onclick="window.open('/popup?2', 'w', 'width=300,height=300')">New window</button>
<button onclick="for (let i = 0; i < 40; ++i) window.open('/popup?' + i)">Many</button>""",
    )


@page("/popup")
def popup(request):
    return document("Popup", "<h1>Popup</h1><button onclick='window.close()'>Close me</button>")


@page("/login")
def login(request):
    if request.method == "POST":
        given = dict(urllib.parse.parse_qsl(request.body))
        if given.get("user") == "ada" and given.get("password") == "lovelace":
            return 303, {"location": "/account", "set-cookie": "id=ada; HttpOnly; Path=/"}, ""
        return document("Log in", "<p role=alert>Wrong password</p>" + LOGIN)
    return document("Log in", LOGIN)


LOGIN = """<h1>Log in</h1><form method=post action=/login><label>User <input name=user autocomplete=username></label>
<label>Password <input name=password type=password></label><button>Log in</button></form>"""


@page("/account")
def account(request):
    if "id=ada" not in request.headers.get("cookie", ""):
        return 302, {"location": "/login"}, ""
    return document("Account", "<h1>Hello, Ada</h1>")


@page("/frames")
def frames(request):
    port = request.server.server_port
    return document(
        "Frames",
        f"""<h1>Outside</h1><p style="height: 900px">Far down are frames.</p>
<iframe src="/inner?same" title="Same" width=400 height=200 style="border: 7px solid; padding: 11px"></iframe>
<iframe src="http://localhost:{port}/inner?other" title="Other" width=400 height=200></iframe>""",
    )


@page("/inner")
def inner(request):
    return document(
        "Inner",
        f"""<p>Inside {request.raw_query}</p><div style="height: 300px">space</div>
<label>Word <input name=w></label>
<button onclick="out.textContent = 'pressed ' + document.querySelector('input').value">Press {request.raw_query}</button><p id=out></p>""",
    )


@page("/download")
def download(request):
    return 200, {"content-type": "application/zip", "content-disposition": "attachment; filename=a.zip"}, "PK"


@page("/downloads")
def downloads(request):
    return document("Downloads", "<a href=/download>Get it</a>")


@page("/stream")
def stream(request):
    return document(
        "Stream",
        """<h1>Live</h1><ul id=list></ul><script>
new EventSource("/events").onmessage = e => list.insertAdjacentHTML("beforeend", `<li>${e.data}</li>`);
fetch("/events").then(r => r.body.getReader().read());
</script>""",
    )


@page("/events")
def events(request):
    def send(write):
        for number in range(600):
            write(f"data: tick {number}\n\n".encode())
            time.sleep(0.1)

    return 200, {"content-type": "text/event-stream"}, send


@page("/busy")
def busy(request):
    return document("Busy", "<button onclick='for (;;) {}'>Loop</button><button>Other</button>")


@page("/huge")
def huge(request):
    rows = "".join(f"<li><a href=/item/{i}>Item {i}</a> costs {i}</li>" for i in range(3000))
    return document("Huge", f"<h1>Huge</h1><ul>{rows}</ul><button>Last</button>")


@page("/monster")
def monster(request):
    return document(
        "Monster",
        "<h1>Monster</h1><script>for (let i = 0; i < 200000; ++i)"
        " document.body.append(document.createElement('i'))</script>",
    )


@page("/long")
def long(request):
    paragraphs = "".join(f"<h2>Part {i}</h2><p>{'Some words of part %d. ' % i * 40}</p>" for i in range(60))
    return document("Long", f"<article><h1>Long</h1>{paragraphs}</article>")


@page("/late")
def late(request):
    return document(
        "Late",
        "<main><h1>Late</h1></main><script>setTimeout(() => { document.querySelector('main')"
        ".insertAdjacentHTML('beforeend', '<p id=it>It came late, with some words to read.</p>') }, 1500)</script>",
    )


@page("/covered")
def covered(request):
    return document(
        "Covered",
        """<button id=b onclick="out.textContent='clicked'">Under</button><p id=out></p>
<div id=veil style="position:fixed;inset:0;background:#0008"><p>Accept our cookies</p>
<button onclick="veil.remove()">Accept</button></div>""",
    )


@page("/shadow")
def shadow(request):
    return document(
        "Shadow",
        """<my-box><span>slotted words</span></my-box><script>
customElements.define("my-box", class extends HTMLElement { connectedCallback() {
  this.attachShadow({mode: "open"}).innerHTML = "<p>in the shadow</p><slot></slot><button>Shady</button><p id=o></p>";
  this.shadowRoot.querySelector("button").onclick = () => this.shadowRoot.querySelector("#o").textContent = "shade";
}});</script>""",
    )


@page("/upload")
def upload(request):
    return document(
        "Upload",
        "<label>File <input type=file onchange='out.textContent = this.files[0].name + \" \" + this.files[0].size'></label><p id=out></p>",
    )


@page("/moving")
def moving(request):
    return document(
        "Moving",
        """<p>Frames change.</p><div id=d style="width:200px;height:200px"></div><script>
let n = 0; setInterval(() => { d.style.background = `hsl(${n += 7}, 90%, 50%)`; d.textContent = n; }, 50);</script>
<form action=/login><label>Word <input></label><label>Secret <input type=password></label></form>""",
    )


STORED = pathlib.Path(__file__).parents[1] / "mcp" / "search" / "pages"


@page("/search")
def search(request):
    words = dict(request.query)["q"]
    if words == "other":
        return document("Other", "<p>Something else</p>")
    name = {"nothing at all": "none.html", "challenge": "challenge.html"}.get(words, "results.html")
    return (STORED / name).read_text()


@page("/film")
def film(request):
    data = request.server.film
    return 200, {"content-type": "video/webm", "connection": "close"}, lambda write: write(data)


@page("/player")
def player(request):
    return document(
        "Player",
        """<p id=out>loading</p><video id=v src=/film muted></video><script>
v.onloadedmetadata = () => { out.textContent = "length " + v.duration; v.playbackRate = 4; v.play(); };
v.onended = () => out.textContent = `played to the end: ${v.videoWidth}x${v.videoHeight} ${v.currentTime > 2}`;
v.onerror = () => out.textContent = "error: " + v.error.message;</script>""",
    )


@page("/private-redirect")
def private_redirect(request):
    return 302, {"location": "http://10.1.2.3/secret"}, ""


@page("/private-parts")
def private_parts(request):
    return document(
        "Parts",
        """<p id=out>waiting</p><iframe src="http://10.1.2.3/frame" title=private></iframe><script>
const say = text => out.textContent += " " + text;
fetch("http://10.1.2.3/data").then(() => say("fetched"), () => say("fetch-failed"));
const socket = new WebSocket("ws://10.1.2.3/socket");
socket.onopen = () => say("socket-open"); socket.onerror = () => say("socket-failed");
</script>""",
    )


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        self.method = self.command
        self.raw_query = url.query
        self.query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        self.body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.server.seen.append(self.path)
        found = PAGES.get(url.path)
        result = found(self) if found else (404, {}, document("None", "<h1>Not found</h1>"))
        status, headers, body = result if isinstance(result, tuple) else (200, {}, result)
        self.send_response(status)
        headers.setdefault("content-type", "text/html; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name, value)
        if callable(body):
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                body(self.wfile.write)
            except OSError:
                pass
            return
        data = body.encode()
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            pass

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
