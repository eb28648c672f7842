"""What a model does on pages: forms, applications, dialogs, tabs, logins, frames."""


def test_a_form_is_read_filled_and_sent(open_session):
    session = open_session("/form")
    page = session.opened
    assert 'heading "Order" [level=1]' in page
    assert '"old@example.org"' in page
    assert "Small | Medium | Large" in page
    session.act("fill", ref=session.ref('textbox "Name"', page), text='Zoë "the" Ã')
    session.act("fill", ref=session.ref('textbox "E-mail"', page), text="new@example.org")
    session.act("fill", ref=session.ref('Date "Day"', page), text="2026-12-24")
    session.act("fill", ref=session.ref('ColorWell "Colour"', page), text="#FF8800")
    session.act("select", ref=session.ref('combobox "Size"', page), values=["Large"])
    session.act("check", ref=session.ref('radio "Fast"', page))
    session.act("check", ref=session.ref('checkbox "As a gift"', page))
    session.act("fill", ref=session.ref('textbox "Notes"', page), text="two\nlines")
    session.act("fill", ref=session.ref('textbox "Greeting"', page), text="Hello")
    now = session.snapshot()
    assert "Hello" in now and '"Zoë \\"the\\" Ã"' in now
    sent = session.act("click", ref=session.ref('button "Send order"', page), snapshot=True)
    sent = session.sees(sent, 'heading "Thank you"')
    for part in ("name=Zoë", "mail=new@example.org", "day=2026-12-24", "colour=#ff8800", "size=l",
                 "speed=fast", "gift=on", "notes=two"):
        assert part in sent


def test_refs_stay_with_their_elements_and_go_with_them(open_session):
    session = open_session("/app")
    first = session.opened
    water = session.ref('button "Done: Water the plants"', first)
    cat = session.ref('button "Done: Feed the cat"', first)
    assert session.ref('button "Done: Feed the cat"') == cat
    after = session.act("click", ref=water, snapshot=True)
    assert "Water the plants" not in after.split("<web-content")[1]
    assert session.ref('button "Done: Feed the cat"', after) == cat
    assert "gone" in session.refused("click", ref=water)
    assert "no snapshot has shown it" in session.refused("click", ref="e99999")
    session.act("navigate", url=session.client_url("/"))
    why = session.refused("click", ref=cat)
    assert "browser_snapshot" in why


def test_an_application_without_page_loads_works(open_session):
    session = open_session("/app")
    field = session.ref('textbox "What next?"', session.opened)
    after = session.act("fill", ref=field, text="Sleep", submit=True, snapshot=True)
    assert "Done: Sleep" in after, "the answer of the request is awaited"
    about = session.act("click", ref=session.ref('link "About"', after), snapshot=True)
    assert "A small app." in about and "/app/about" in about
    back = session.act("back", snapshot=True)
    assert "Feed the cat" in back
    cleared = session.act("click", ref=session.ref('clickable "Clear all"', back), snapshot=True)
    assert "Feed the cat" not in cleared


def test_dialogs_are_answered_and_told(open_session):
    session = open_session("/dialogs")
    page = session.opened
    said = session.act("click", ref=session.ref('button "Alert"', page), snapshot=True)
    assert 'alert "Saved" was accepted' in said and "alerted" in said
    confirm = session.ref('button "Confirm"', page)
    assert 'confirm "Sure?" was dismissed' in session.act("click", ref=confirm)
    assert "yes" in session.act("click", ref=confirm, dialog="accept", snapshot=True)
    asked = session.act("click", ref=session.ref('button "Prompt"', page), dialog_text="Grace", snapshot=True)
    assert "name: Grace" in asked
    session.act("click", ref=session.ref('button "Guard"', page))
    left = session.act("click", ref=session.ref('link "Leave"', page), snapshot=True)
    session.sees(left, 'heading "Index"')


def test_a_page_that_asks_without_end_is_stopped(open_session):
    session = open_session("/dialogs")
    said = session.act("click", ref=session.ref('button "Endless"', session.opened))
    assert "without end" in said
    assert "crashed" in session.client.refused("browser_snapshot", session_id=session.id)
    assert "Index" in session.act("navigate", url=session.client_url("/"), snapshot=True)


def test_new_tabs_come_to_the_front(open_session):
    session = open_session("/tabs")
    opened = session.act("click", ref=session.ref('link "New tab"', session.opened), snapshot=True)
    assert "opened tab 2" in opened
    session.sees(opened, 'heading "Popup"')
    tabs = session.client.ok("browser_session_list_tabs", session_id=session.id).text
    assert "tab 2 (in front)" in tabs and "tab 1:" in tabs
    back = session.act("switch_tab", tab=1, snapshot=True)
    window = session.act("click", ref=session.ref('button "New window"', back), snapshot=True)
    window = session.sees(window, "Page: ", "/popup?2", 'button "Close me"')
    session.act("click", ref=session.ref('button "Close me"', window))
    session.act("close_tab", tab=2)
    tabs = session.client.ok("browser_session_list_tabs", session_id=session.id).text
    assert tabs.count("- tab") == 1 and "tab 1 (in front)" in tabs


def test_a_page_cannot_open_tabs_without_end(open_session):
    session = open_session("/tabs")
    session.act("click", ref=session.ref('button "Many"', session.opened))
    tabs = session.client.ok("browser_session_list_tabs", session_id=session.id).text
    assert tabs.count("- tab") <= 20


def test_a_login_keeps_its_cookie_and_others_do_not_have_it(open_session):
    session = open_session("/account")
    assert 'heading "Log in"' in session.opened, "redirected"
    user, password = session.ref('textbox "User"', session.opened), session.ref('textbox "Password"', session.opened)
    session.act("fill", ref=user, text="ada")
    wrong = session.act("fill", ref=password, text="guess", submit=True, snapshot=True)
    assert "guess" not in wrong
    wrong = session.sees(wrong, "Wrong password")
    assert "guess" not in wrong
    session.act("fill", ref=session.ref('textbox "User"', wrong), text="ada")
    said = session.act("fill", ref=session.ref('textbox "Password"', wrong), text="lovelace", submit=True, snapshot=True)
    assert "lovelace" not in said + session.sees(said, "Hello, Ada")
    assert 'heading "Log in"' in open_session("/account").opened, "another session is another user"


def test_frames_of_this_and_other_sites_are_read_and_used(open_session):
    session = open_session("/frames")
    page = session.opened
    assert 'iframe "Same"' in page and 'iframe "Other"' in page
    assert "Inside same" in page and "Inside other" in page
    fields = [line.split("[ref=")[1].split("]")[0] for line in page.splitlines() if 'textbox "Word"' in line]
    for name, field in zip(("same", "other"), fields):
        session.act("fill", ref=field, text=f"to {name}")
        after = session.act("click", ref=session.ref(f'button "Press {name}"', page), snapshot=True)
        session.sees(after, f"pressed to {name}")


def test_shadow_trees_are_part_of_the_page(open_session):
    session = open_session("/shadow")
    assert "in the shadow" in session.opened and "slotted words" in session.opened
    after = session.act("click", ref=session.ref('button "Shady"', session.opened), snapshot=True)
    assert "text: shade" in after


def test_what_covers_a_button_is_named(open_session):
    session = open_session("/covered")
    under = session.ref('button "Under"', session.opened)
    assert "covered by <div#veil>" in session.refused("click", ref=under)
    session.act("click", ref=session.ref('button "Accept"', session.opened))
    assert "clicked" in session.act("click", ref=under, snapshot=True)


def test_an_act_that_does_not_fit_says_what_does(open_session):
    session = open_session("/form")
    page = session.opened
    assert "disabled" in session.refused("click", ref=session.ref('button "Pay later"', page))
    size = session.ref('combobox "Size"', page)
    assert "use action select" in session.refused("fill", ref=size, text="Large")
    assert 'there are "Small", "Medium", "Large"' in session.refused("select", ref=size, values=["Huge"])
    assert "2026-01-31" in session.refused("fill", ref=session.ref('Date "Day"', page), text="tomorrow")
    assert "needs ref" in session.refused("click")
    assert "no key" in session.refused("press", key="Any")


def test_keys_reach_what_has_the_focus(open_session):
    session = open_session("/form")
    name = session.ref('textbox "Name"', session.opened)
    session.act("type", ref=name, text="abc")
    session.act("press", ref=name, key="Control+a")
    session.act("press", key="Backspace")
    session.act("type", text="xyz")
    assert '"xyz"' in session.snapshot(find="Name")


def test_event_streams_do_not_hold_up_a_page(open_session):
    session = open_session("/stream")
    assert "tick" in session.act("wait", text="tick 3", snapshot=True)


def test_a_script_without_end_is_stopped(open_session):
    session = open_session("/busy")
    session.client.call("browser_act", session_id=session.id, action="click",
                        ref=session.ref('button "Loop"', session.opened))
    assert 'button "Other"' in session.snapshot()


def test_downloads_are_refused(open_session):
    session = open_session("/downloads")
    said = session.act("click", ref=session.ref('link "Get it"', session.opened))
    assert 'download of "a.zip" was refused' in said
    assert "it is a download" in session.refused("navigate", url=session.client_url("/download"))
    assert "uploads are refused" in open_session("/upload").refused("upload", ref="e1", values=["x"])


def test_a_large_page_is_cut_and_says_so(open_session):
    session = open_session("/huge")
    page = session.opened
    assert len(page) < 14_000
    assert "left out" in page and 'button "Last"' in page, "controls after a long list are reached"
    found = session.snapshot(find="Item 2999")
    assert "Item 2999" in found and len(found) < 2_000
    listed = session.ref("list [ref", page)
    part = session.snapshot(ref=listed, offset=100)
    assert "Go on with offset=" in part and "Item 0 " not in part


def test_a_page_of_monstrous_size_is_refused_and_the_session_lives(open_session):
    session = open_session("/monster")
    assert "too many to be read" in session.opened
    assert "Index" in session.act("navigate", url=session.client_url("/"), snapshot=True)
