"""The pages in a real browser: the whole story, by mouse and by keyboard, for every reader."""

import json
import re
import threading

import pytest

from tests.support import browser as browsing
from tests.support.browser import Window, serving

pytestmark = pytest.mark.once

WORDS = "The opening was on 20 March 1932, not the day before"
LOOKS = [(width, scheme) for width in (360, 1440) for scheme in ("light", "dark")]

#: It reads "an Arabic sentence about a bridge", and is written from right to left.
ARABIC = "افتتح الجسر في 19 مارس 1932. بلغت كلفته 4.2 مليون جنيه."
CHINESE = "大桥于1932年3月19日通车。造价为420万英镑。"
EVIL = (
    '"><script>window.pwned=1</script><img src=x onerror="window.pwned=1">'
    "<svg onload=window.pwned=1></svg>'{{7*7}}"
)


@pytest.fixture(scope="session")
def browser():
    browsing.refuse_or_skip()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browsing.CHROMIUM, args=browsing.FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser, app):
    """Open windows on the application; all are closed in the end."""
    opened = []
    with serving(app) as url:

        def open_window(**looks):
            opened.append(Window(browser, url, **looks))
            return opened[-1]

        yield open_window
        for each in opened:
            each.context.close()


@pytest.fixture
def work(api):
    """Do the jobs that are due, in a thread: the browser's driver has the loop of this one."""

    def work():
        thread = threading.Thread(target=api.work)
        thread.start()
        thread.join()

    return work


@pytest.fixture
def source(outside):
    page = f"<html><body><p>The archive says: {WORDS}.</p></body></html>"
    return outside.publish("http://archive.example/bridge", page)


def test_the_whole_story(api, window, work, claim, source):
    ann, bob, reader = window(), window(), window()
    page = ann.sign_in(api.contributor)
    page = ann.go(f"/claims/{claim['id']}")
    page.get_by_role("button", name="Bring evidence").click()

    page.get_by_label("The exact words").fill("short")
    page.get_by_text("Length must be between 8 and 2000.").wait_for()
    page.get_by_label("Address of the source").fill("http://10.0.0.1/bridge")
    page.get_by_label("The exact words").fill(WORDS)
    page.get_by_text("10.0.0.1 is a private address").wait_for()
    page.get_by_label("Address of the source").fill(source)
    page.get_by_role("radio", name=re.compile("^Disputes")).check()
    page.get_by_role("button", name="Submit evidence").click()

    page.get_by_text("Being examined").wait_for()
    page.evaluate("window.neverReloaded = true")
    work()
    page.get_by_text("Quote found").wait_for()
    assert page.evaluate("window.neverReloaded")
    work()

    page = bob.sign_in(api.reviewer)
    page.get_by_role("link", name="Reviewer’s desk").click()
    page.get_by_role("link", name=claim["statement"]).click()
    page.get_by_role("radio", name="Disputed").check()
    page.get_by_text("Not met").wait_for()
    page.get_by_role("checkbox", name=re.compile("archive.example")).check()
    page.get_by_text("Not met").wait_for(state="detached")
    page.get_by_label(re.compile("^Finding")).fill("A day late")
    page.get_by_label("Reasons", exact=True).fill("The archive gives another day.")
    page.get_by_role("button", name="Give this verdict").click()
    page.get_by_role("heading", name=claim["statement"]).wait_for()

    page = reader.go(f"/claims/{claim['id']}")
    standing = page.locator(".claim-head")
    assert standing.locator(".chip").inner_text().strip() == "Disputed"
    assert "A day late" in standing.inner_text()
    column = page.get_by_role("region", name=re.compile("^Disputes"))
    assert column.locator("mark").inner_text() == WORDS
    review = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert (review["@type"], review["url"]) == ("ClaimReview", page.url)
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "disputed"
    assert not ann.complaints + bob.complaints + reader.complaints


def test_the_story_without_scripts(api, window, work, claim, source):
    ann, bob = window(java_script_enabled=False), window(java_script_enabled=False)
    ann.sign_in(api.contributor)
    page = ann.go(f"/claims/{claim['id']}/contribute")
    page.get_by_label("Address of the source").fill("http://10.0.0.1/")
    page.get_by_label("The exact words").fill(WORDS)
    page.get_by_role("radio", name=re.compile("^Disputes")).check()
    page.get_by_role("button", name="Submit evidence").click()
    page.get_by_role("alert").get_by_text("10.0.0.1 is a private address").wait_for()
    assert page.get_by_label("The exact words").input_value() == WORDS
    page.get_by_label("Address of the source").fill(source)
    page.get_by_role("button", name="Submit evidence").click()
    page.get_by_text("Being examined").wait_for()
    work()
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("Quote found").wait_for()

    bob.sign_in(api.reviewer)
    page = bob.go(f"/desk/{claim['id']}")
    page.get_by_role("radio", name="Disputed").check()
    page.get_by_label("Reasons", exact=True).fill("The archive gives another day.")
    page.get_by_role("button", name="Give this verdict").click()
    page.get_by_text("needs 1 disputing group; has 0").first.wait_for()
    page.get_by_role("checkbox", name=re.compile("archive.example")).check()
    page.get_by_role("button", name="Give this verdict").click()
    page.locator(".claim-head .chip.disputed").wait_for()


class Keyboard:
    """Somebody who has no mouse: Tab until what is meant has the focus, which must show."""

    def __init__(self, page):
        self.page = page

    def to(self, selector, most=80):
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                shown = "const s = getComputedStyle(document.activeElement);"
                shown += "s.outlineStyle !== 'none' || s.boxShadow !== 'none'"
                assert self.page.evaluate(
                    f"(() => {{ {shown.replace('s.outline', 'return s.outline')} }})()"
                )
                return self
        raise AssertionError(f"the keyboard does not reach {selector}")

    def type(self, text):
        self.page.keyboard.type(text)
        return self

    def press(self, key):
        self.page.keyboard.press(key)
        return self


@pytest.mark.slow
def test_by_keyboard_alone(api, window, work, claim, source):
    page = window().go(f"/claims/{claim['id']}/contribute")
    keys = Keyboard(page)
    keys.to("#key").type(api.contributor.key).press("Enter")
    page.get_by_label("Address of the source").wait_for()
    keys.to("#source_url").type(source).to("#quote").type(WORDS)
    keys.to("[name=stance]").press("ArrowDown")
    keys.to("main button[type=submit]").press("Enter")
    page.get_by_text("Being examined").wait_for()
    work()
    page.get_by_text("Quote found").wait_for()

    page = window().go("/sign-in?next=/desk")
    keys = Keyboard(page)
    keys.to("#key").type(api.reviewer.key).press("Enter")
    page.get_by_role("heading", name="Reviewer’s desk").wait_for()
    keys.to("a.statement").press("Enter")
    page.get_by_role("heading", name="Give a verdict").wait_for()
    keys.to("[name=evidence]").press("Space")
    keys.to("[name=status]").press("ArrowDown")
    keys.to("#reasons").type("The archive gives another day.")
    keys.to("main button[type=submit]").press("Enter")
    page.locator(".claim-head .chip.disputed").wait_for()


@pytest.mark.slow
def test_the_skip_link_leads_past_the_navigation(window):
    page = window().go("/")
    Keyboard(page).to("a.skip", most=1).press("Enter").to("main a", most=1)


@pytest.fixture
def pages(api, outside, submit, claim, article):
    """The path of every page, by who may see it."""
    found = submit(claim, "a.example", "disputes")
    submit(claim, "b.example", "supports", kind="primary", note="A note.")
    submit(claim, "c.example", "supports", page="<p>Other words stand here, of 18 March 1932.")
    api.work()
    pending = submit(claim, "d.example", "context")
    opinion = {"status": "disputed", "reasons": "So it is.", "evidence": [found["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", opinion, expect=201)
    complaint = {"text": "It was the 20th.", "contact": "ann@a.example"}
    path = f"/claims/{claim['id']}"
    appeal = api.anyone.post(f"{path}/appeals", complaint, expect=201).json
    correction = {"wrong": "On the 19th.", "right": "On the 20th.", "reason": "A slip."}
    api.reviewer.post(f"{path}/corrections", correction, expect=201)
    source = api.anyone.get("/sources").json["items"][0]
    same = applied(api, article, claim, api.anyone.get(f"{path}/verdicts").json["items"][0])
    front = ["/", "/articles", "/claims", "/method", "/corrections", "/api", "/sources", "/sign-in"]
    own = [f"/articles/{article['id']}", f"/claims/{claim['id']}", f"/evidence/{found['id']}"]
    own += [f"{path}/appeal", f"/appeals/{appeal['id']}", f"/claims/{same['id']}"]
    desks = ["/desk", f"/desk/{claim['id']}", f"/desk/{claim['id']}/records"]
    desks += [f"/desk/{claim['id']}/same", f"/desk/{same['id']}/same"]
    return {
        "anyone": [*front, *own, "/no-such-page"],
        "contributor": [f"/claims/{claim['id']}/contribute", f"/evidence/{pending['id']}"],
        "reviewer": [*desks, f"/evidence/{found['id']}", f"/appeals/{appeal['id']}"],
        "admin": [
            "/contributors",
            f"/contributors/{api.contributor.id}",
            f"/sources/{source['id']}",
        ],
    }


def applied(api, article, claim, verdict):
    """Another claim that says the same, and was decided as this one; and one that differs."""
    path = f"/articles/{article['id']}/claims"
    words = {"quote": claim["exact"], "statement": f"{claim['statement']}, at last"}
    same = api.contributor.post(path, words, expect=201).json
    words["statement"] = f"{claim['statement']}, 20 times"
    api.contributor.post(path, words, expect=201)
    said = {"claim_id": claim["id"], "reason": "It is the same sentence."}
    api.reviewer.post(f"/claims/{same['id']}/claim-group", said, expect=201)
    decision = {"verdict": verdict["id"], "reasons": "It is the same sentence."}
    api.reviewer.post(f"/claims/{same['id']}/applied-verdicts", decision, expect=201)
    return same


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anyone", "contributor", "reviewer", "admin"])
def test_every_page_is_for_everybody(api, window, pages, role):
    """No violation that axe-core finds, nothing wider than the screen, nothing heavy."""
    wrong = []
    visitor = window(reduced_motion="reduce")  # colours change at once, not in a fifth of a second
    if role != "anyone":
        visitor.sign_in(getattr(api, role))
    for path in pages[role]:
        visitor.go(path)
        size = visitor.weight()
        wrong += [(path, f"{size} bytes")] * (size > 100_000)
        for look in LOOKS:
            visitor.look(*look)
            wrong += [(path, look, each) for each in visitor.violations()]
            wrong += [(path, look, "too wide")] * visitor.is_too_wide()
    wrong += [each for each in visitor.complaints if "404" not in each]
    assert not wrong


@pytest.mark.slow
def test_refusals_too_are_for_everybody(api, window, claim):
    visitor = window()
    visitor.sign_in(api.contributor)
    page = visitor.go(f"/claims/{claim['id']}/contribute")
    page.get_by_label("Address of the source").fill("http://10.0.0.1/")
    page.get_by_label("The exact words").fill(WORDS)
    page.get_by_role("radio", name=re.compile("^Disputes")).check()
    page.get_by_role("button", name="Submit evidence").click()
    page.get_by_role("alert").wait_for()
    assert not visitor.violations()
    assert page.get_by_label("Address of the source").get_attribute("aria-invalid") == "true"


def test_words_that_would_run_do_not(api, window, outside, submit):
    text = {"title": EVIL, "text": f"Before. {EVIL} After.", "author": EVIL, "language": "en"}
    article = api.contributor.post("/articles", text, expect=201).json
    quote = {"quote": EVIL, "statement": EVIL, "claimant": EVIL, "tags": [EVIL[:60]]}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    stored = EVIL.replace("<", "&lt;")
    found = submit(claim, "a.example", "disputes", words=EVIL, page=f"<p>{stored}</p>", note=EVIL)
    api.work()
    assert api.anyone.get(f"/evidence/{found['id']}").json["state"] == "quote_verified"
    opinion = {
        "status": "disputed",
        "finding": EVIL[:100],
        "reasons": EVIL,
        "evidence": [found["id"]],
    }
    given = api.reviewer.post(f"/claims/{claim['id']}/verdicts", opinion, expect=201).json
    same = applied(api, article, claim, given)
    visitor = window()
    visitor.sign_in(api.reviewer)
    own = ["/", "/claims", f"/articles/{article['id']}", f"/claims/{claim['id']}"]
    desks = [f"/desk/{claim['id']}", f"/desk/{claim['id']}/same", f"/claims/{same['id']}"]
    for path in [*own, f"/evidence/{found['id']}", *desks]:
        page = visitor.go(path)
        assert EVIL in page.locator("main").inner_text(), path
        assert page.evaluate("window.pwned === undefined"), path
        assert page.locator("main img, main script:not([type])").count() == 0
    assert not visitor.complaints
    assert not [url for url in visitor.loaded if "//127.0.0.1:" not in url]


@pytest.mark.slow
def test_arabic_runs_from_the_right_and_chinese_stays_whole(api, window):
    for text, language, quote in (
        (ARABIC, "ar", "افتتح الجسر في 19 مارس 1932"),
        (CHINESE, "zh", "大桥于1932年3月19日通车"),
    ):
        story = {"title": text[:20], "text": text, "language": language}
        article = api.contributor.post("/articles", story, expect=201).json
        path = f"/articles/{article['id']}/claims"
        claim = api.contributor.post(path, {"quote": quote}, expect=201).json
        page = window(viewport={"width": 360, "height": 800}).go(f"/articles/{article['id']}")
        passage = page.locator(".text .passage")
        assert passage.evaluate("each => each.firstChild.textContent") == quote
        direction = "rtl" if language == "ar" else "ltr"
        of = "each => getComputedStyle(each).direction"
        assert page.locator(".text p").evaluate(of) == direction
        assert page.locator("h1").evaluate(of) == direction
        page = window().go(f"/claims/{claim['id']}")
        assert page.locator("h1").evaluate(of) == direction
        assert page.locator("h1").get_attribute("lang") == language
        assert page.locator(".excerpt mark").first.inner_text() == quote
        assert page.locator("html").evaluate(of) == "ltr"


@pytest.mark.slow
def test_overlapping_claims_are_each_in_place(api, window, article):
    quotes = ["The bridge was opened on 19 March 1932", "opened on 19 March 1932. It cost 4.2"]
    for quote in quotes:
        api.contributor.post(f"/articles/{article['id']}/claims", {"quote": quote}, expect=201)
    page = window().go(f"/articles/{article['id']}")
    own = "each => each.firstChild.textContent"
    pieces = [each.evaluate(own) for each in page.locator(".passage").all()]
    assert pieces == ["The bridge was ", "opened on 19 March 1932", ". It cost 4.2"]
    assert page.locator(".passage.several").count() == 1
    assert [each.inner_text() for each in page.locator(".marker").all()] == ["1", "2"]
    page.locator(".passage.several").hover()
    tip = page.locator(".passage.several .tip")
    assert tip.is_visible() and tip.inner_text().count("Unverified") == 2
    page.locator(".marker").first.click()
    assert page.url.endswith("#n1")


@pytest.mark.slow
def test_on_a_narrow_screen_the_search_and_its_button_share_a_line(window):
    page = window(viewport={"width": 360, "height": 800}).go("/claims")
    field, button = page.get_by_role("searchbox"), page.get_by_role("button", name="Search")
    assert field.bounding_box()["y"] == pytest.approx(button.bounding_box()["y"], abs=4)


@pytest.mark.slow
def test_what_is_said_at_a_passage_goes_with_escape_and_comes_again(window, article, claim):
    visitor = window()
    page = visitor.go(f"/articles/{article['id']}")
    passage, tip = page.locator(".passage"), page.locator(".tip")
    passage.hover(position={"x": 5, "y": 5})
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.locator("h1").hover()
    passage.focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert not visitor.complaints


@pytest.mark.slow
def test_on_paper_there_is_nothing_to_press(api, window, pages, claim):
    visitor = window()
    page = visitor.go(f"/claims/{claim['id']}")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert not page.get_by_role("button", name="Bring evidence").is_visible()
    assert page.locator(".claim-head .chip").is_visible()
    assert page.get_by_text("sha256sum").is_visible()
    address = "each => getComputedStyle(each, '::after').content"
    assert "http" in page.locator(".publisher").first.evaluate(address)
