"""Snapshots: what a source said, served as it was and so that it cannot run."""

import gzip
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from api.database.session import now, transaction
from api.sources.models import Snapshot
from api.sources.snapshots import blob_store
from tests.support.examples import ITEM, NOWHERE, PAGE, evidence_path
from tests.support.problems import assert_problem

URL = ITEM["source_url"]
SCRIPT = "<html><script>alert(document.cookie)</script><p>opened on 19 March 1932</p></html>"


@pytest.fixture
def snapshot_of(api, claim, outside):
    """The snapshot that the examination of a page leaves."""

    def snapshot_of(page=PAGE, url=URL, **answer):
        outside.publish(url, page, **answer)
        item = ITEM | {"source_url": url}
        created = api.contributor.post(evidence_path(claim), item, expect=202)
        api.work()
        return api.anyone.get(created.headers["Location"]).json["snapshot"]

    return snapshot_of


def records_of(warc):
    """(type, WARC fields, HTTP head, payload as transferred, payload without coding) of each."""
    records = []
    for coded in (True, False):
        for record in ArchiveIterator(BytesIO(warc), check_digests="raise"):
            stream = record.raw_stream if coded else record.content_stream()
            fields = record.rec_headers
            records.append((record.rec_type, fields, record.http_headers, stream.read()))
    half = len(records) // 2
    return [(*a, b[3]) for a, b in zip(records[:half], records[half:], strict=True)]


@pytest.mark.each_database
def test_what_is_known_of_it_is_told(api, snapshot_of):
    brief = snapshot_of(Server_Timing="fast")
    whole = api.anyone.get(brief["url"]).json
    assert whole.items() >= brief.items()
    assert whole["requested_url"] == whole["final_url"] == URL and whole["redirects"] == []
    assert whole["http_version"] == "HTTP/1.0" and whole["reason"] == "OK"
    assert ["Server-Timing", "fast"] in whole["headers"]
    assert whole["payload_sha256"] == whole["sha256"] == sha256(PAGE.encode()).hexdigest()
    assert whole["byte_length"] == len(PAGE) and whole["archive"] is None


def test_redirects_are_told(api, claim, outside):
    outside.publish("http://old.example/", "", status=301, Location="http://mid.example/")
    outside.publish("http://mid.example/", "", status=302, Location=URL)
    outside.publish(URL, PAGE)
    item = ITEM | {"source_url": "http://old.example/"}
    created = api.contributor.post(evidence_path(claim), item, expect=202)
    api.work()
    brief = api.anyone.get(created.headers["Location"]).json["snapshot"]
    whole = api.anyone.get(brief["url"]).json
    assert (whole["requested_url"], whole["final_url"]) == ("http://old.example/", URL)
    assert whole["redirects"] == [
        {"url": "http://old.example/", "status": 301},
        {"url": "http://mid.example/", "status": 302},
    ]
    answer = records_of(api.anyone.get(brief["warc_url"]).get_data())[1]
    assert answer[1].get_header("WARC-Target-URI") == URL


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        "<p>Voilà, 中文 𝟜 opened on 19 March 1932</p>",
        "x" * 5_000 + " opened on 19 March 1932",
    ],
    ids=["plain", "beyond ASCII", "long"],
)
def test_the_text_is_what_places_are_counted_in(api, claim, snapshot_of, page):
    snapshot = snapshot_of(page)
    answer = api.anyone.get(snapshot["text_url"])
    assert answer.mimetype == "text/plain"
    assert sha256(answer.get_data()).hexdigest() == snapshot["text_sha256"]
    (item,) = api.anyone.get(evidence_path(claim)).json["items"]
    found = answer.get_data(as_text=True)[item["found_start"] : item["found_end"]]
    assert " ".join(found.split()) == ITEM["quote"]


CODINGS = {
    "none": (lambda page: page, {}),
    "gzip": (gzip.compress, {"Content_Encoding": "gzip"}),
    "deflate": (zlib.compress, {"Content_Encoding": "deflate"}),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_the_bytes_are_the_source_s(api, snapshot_of, coding):
    code, headers = CODINGS[coding]
    payload = code(SCRIPT.encode())
    snapshot = snapshot_of(payload, **headers)
    assert api.anyone.get(snapshot["content_url"]).get_data() == SCRIPT.encode()
    assert snapshot["sha256"] == sha256(SCRIPT.encode()).hexdigest()

    warc = api.anyone.get(snapshot["warc_url"]).get_data()
    info, answer, request = records_of(warc)
    assert [info[0], answer[0], request[0]] == ["warcinfo", "response", "request"]
    assert answer[3] == payload and answer[4] == SCRIPT.encode()
    assert answer[2].get_statuscode() == "200"
    whole = api.anyone.get(snapshot["url"]).json
    assert [list(field) for field in answer[2].headers] == whole["headers"]
    assert request[2].statusline == "/bridge HTTP/1.1" and request[2].protocol == "GET"
    assert request[2].get_header("Host") == "first.example"
    assert b"stand-in" in info[3]
    digest = answer[1].get_header("WARC-Payload-Digest")
    assert digest == f"sha256:{sha256(payload).hexdigest()}" == f"sha256:{whole['payload_sha256']}"
    for _, fields, *_ in (answer, request):
        assert fields.get_header("WARC-Target-URI") == URL
        assert fields.get_header("WARC-Date")[:19] == snapshot["retrieved_at"][:19]
        assert fields.get_header("WARC-Warcinfo-ID") == info[1].get_header("WARC-Record-ID")
    assert request[1].get_header("WARC-Concurrent-To") == answer[1].get_header("WARC-Record-ID")


def test_nothing_of_it_can_run(api, snapshot_of):
    snapshot = snapshot_of(SCRIPT, Content_Security_Policy="script-src *")
    types = {
        "text_url": "text/plain",
        "content_url": "application/octet-stream",
        "warc_url": "application/gzip",
    }
    for what, mimetype in types.items():
        answer = api.anyone.get(snapshot[what])
        assert answer.mimetype == mimetype
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Encoding" not in answer.headers and "Set-Cookie" not in answer.headers


def test_it_is_the_same_each_time(api, snapshot_of):
    snapshot = snapshot_of()
    for what in ("url", "text_url", "content_url", "warc_url"):
        answer, again = api.anyone.get(snapshot[what]), api.anyone.get(snapshot[what])
        assert answer.get_data() == again.get_data()
        etag = {"If-None-Match": answer.headers["ETag"]}
        same = api.anyone.get(snapshot[what], headers=etag, expect=304)
        assert not same.get_data()
        assert not api.anyone.open("HEAD", snapshot[what], expect=200).get_data()


def test_two_items_on_one_page_are_two_snapshots_of_one_content(api, claim, outside, settings):
    outside.publish(URL, PAGE)
    for quote in ("opened on 19 March 1932", "The bridge was opened"):
        api.contributor.post(evidence_path(claim), ITEM | {"quote": quote}, expect=202)
    api.work()
    items = api.anyone.get(evidence_path(claim)).json["items"]
    assert len({item["snapshot"]["id"] for item in items}) == 2
    assert len({item["snapshot"]["sha256"] for item in items}) == 1
    assert len([path for path in Path(settings.blob_store).rglob("*") if path.is_file()]) == 1


def test_control_characters_in_an_answer_s_head_are_kept_as_spaces(api, snapshot_of):
    odd = {"X_Odd": "a\0b\x1bc\x7fd\te", "X_Latin": "caf\xe9"}
    snapshot = snapshot_of(content_type="text/html; note=\0", **odd)
    assert snapshot["content_type"] == "text/html; note= "
    headers = api.anyone.get(snapshot["url"]).json["headers"]
    assert ["X-Odd", "a b c d\te"] in headers and ["X-Latin", "caf\xe9"] in headers
    warc = api.anyone.get(snapshot["warc_url"]).get_data()
    assert b"X-Latin: caf\xe9\r\n" in gzip.decompress(warc)
    assert records_of(warc)[1][3] == PAGE.encode()


@pytest.mark.parametrize("what", ["", "/text", "/content", ".warc.gz"])
def test_a_snapshot_that_is_not_there_is_not_found(api, what):
    assert_problem(api.anyone.get(f"/snapshots/{NOWHERE}{what}", expect=404), 404, "not-found")


def test_bytes_from_before_they_were_kept_are_not_found(api):
    words = "It was 1932."
    digest = sha256(words.encode()).hexdigest()
    with api.app.app_context(), transaction() as session:
        old = Snapshot(
            requested_url=URL,
            final_url=URL,
            redirects=[],
            status=200,
            content_type="text/plain",
            headers=[],
            retrieved_at=now(),
            sha256=digest,
            byte_length=len(words),
            text=words,
            text_sha256=digest,
            stand_in=False,
        )
        session.add(old)
    old = api.anyone.get(f"/snapshots/{old.id}").json
    assert old["payload_sha256"] is None and old["http_version"] is None
    assert api.anyone.get(old["text_url"]).get_data(as_text=True) == words
    for what in ("content_url", "warc_url"):
        assert_problem(api.anyone.get(old[what], expect=404), 404, "bytes-not-kept")


def test_a_store_that_does_not_give_them_is_told(api, snapshot_of, settings):
    snapshot = snapshot_of()
    (kept,) = [path for path in Path(settings.blob_store).rglob("*") if path.is_file()]
    kept.write_bytes(b"something else")
    for what in ("content_url", "warc_url"):
        answer = api.anyone.get(snapshot[what], expect=503)
        assert_problem(answer, 503, "bytes-unavailable")
        assert answer.headers["Retry-After"]
    api.anyone.get(snapshot["text_url"])


def test_no_transaction_is_open_while_the_store_is_asked(api, snapshot_of, monkeypatch):
    open_then = []

    def watched(original):
        def call(what):
            open_then.append(api.app.extensions["engine"].pool.checkedout())
            return original(what)

        return call

    monkeypatch.setattr(blob_store, "store_bytes", watched(blob_store.store_bytes))
    monkeypatch.setattr(blob_store, "read_bytes", watched(blob_store.read_bytes))
    snapshot = snapshot_of()
    api.anyone.get(snapshot["content_url"])
    api.anyone.get(snapshot["warc_url"])
    assert open_then == [0, 0, 0]


def test_a_bad_key_is_refused_before_the_store_is_asked(api, snapshot_of):
    snapshot = snapshot_of()
    bad = {"Authorization": "Bearer nonsense"}
    assert_problem(
        api.anyone.get(snapshot["content_url"], headers=bad, expect=401), 401, "unauthenticated"
    )


def test_lists_do_not_load_the_texts(api, claim, snapshot_of, statements):
    snapshot_of()
    with statements() as sent:
        api.anyone.get(evidence_path(claim))
    (listing,) = [each for each in sent if "JOIN snapshots" in each]
    assert "snapshots_1.text_sha256" in listing
    assert "snapshots_1.text " not in listing and "snapshots_1.text," not in listing
