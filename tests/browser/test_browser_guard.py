"""Private addresses cannot be reached through the browser."""


def test_private_addresses_are_refused(start, site):
    client = start(AUTOSRE_FETCH_ALLOW="127.0.0.1/32")
    for address in ("http://10.1.2.3/", "http://[::1]:1234/", "http://169.254.169.254/latest", "http://192.168.0.1/"):
        why = client.refused("browser_session_open", url=address)
        assert "AUTOSRE_FETCH_ALLOW" in why, why
    for address in ("file:///etc/passwd", "chrome://version", "view-source:http://x/", "javascript:1", "data:text/html,x"):
        assert "only http:// and https://" in client.refused("browser_session_open", url=address)
    why = client.refused("browser_session_open", url=site.url + "/private-redirect")
    assert "10.1.2.3 is a private address" in why


def test_parts_of_a_page_are_held_to_it_as_well(start, site):
    client = start()
    opened = client.ok("browser_session_open", url=site.url + "/private-parts").text
    session = opened.split("session_id: ")[1].split("\n")[0]
    for text in ("fetch-failed", "socket-failed"):
        client.ok("browser_act", session_id=session, action="wait", text=text)


def test_without_the_operators_word_this_machine_is_refused(start, site):
    client = start(AUTOSRE_FETCH_ALLOW="")
    why = client.refused("browser_session_open", url=site.url + "/form")
    assert "loopback" in why
    assert site.url not in str(site.seen[-1:])
