"""Bytes under their SHA-256: in a folder, and in an S3 server's bucket."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from api.app import create_app
from api.sources.snapshots import blob_store
from tests.support.examples import ITEM, PAGE, evidence_path

CONTENTS = [b"", b"a", b"\x00\xff" * 1_000, b"x" * 6_000_000]


@pytest.fixture(params=["folder", "s3"])
def place(request, tmp_path):
    if request.param == "s3":
        return request.getfixturevalue("bucket")
    folder = tmp_path / "some" / "folder"

    def stored():
        return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]

    return str(folder), stored


@pytest.fixture
def opened(place, settings):
    """An application whose blobs lie there."""
    app = create_app(replace(settings, blob_store=place[0]))
    with app.app_context():
        yield app


@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_what_is_kept_is_read_again(opened, place, content):
    digest = sha256(content).hexdigest()
    assert blob_store.store_bytes(content) == digest
    assert blob_store.read_bytes(digest) == content
    assert place[1]() == [f"sha256/{digest[:2]}/{digest}"]


def test_the_same_is_kept_once(opened, place):
    assert blob_store.store_bytes(b"once") == blob_store.store_bytes(b"once")
    blob_store.store_bytes(b"another")
    assert len(place[1]()) == 2


def test_what_is_not_there_is_unavailable(opened):
    with pytest.raises(blob_store.BytesUnavailable):
        blob_store.read_bytes(sha256(b"never kept").hexdigest())


def test_a_store_that_does_not_answer_is_unavailable(settings, monkeypatch, restart):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with restart(blob_store="s3://evidence").app.app_context():
        with pytest.raises(blob_store.BytesUnavailable):
            blob_store.store_bytes(b"content")
        with pytest.raises(blob_store.BytesUnavailable):
            blob_store.read_bytes("00")


def test_a_store_of_an_unknown_kind_is_refused_at_start(restart):
    with pytest.raises(ValueError, match="BLOB_STORE"):
        restart(blob_store="gopher://evidence")


def file_of(settings, digest):
    return Path(settings.blob_store, "sha256", digest[:2], digest)


def test_what_is_kept_already_is_not_written_again(app, settings):
    with app.app_context():
        digest = blob_store.store_bytes(b"once")
        before = file_of(settings, digest).stat()
        blob_store.store_bytes(b"once")
        assert file_of(settings, digest).stat().st_ino == before.st_ino


def test_other_bytes_than_were_kept_are_noticed(app, settings):
    with app.app_context():
        digest = blob_store.store_bytes(b"It was 1932.")
        file_of(settings, digest).write_bytes(b"It was 1933.")
        with pytest.raises(blob_store.BytesUnavailable, match="other bytes"):
            blob_store.read_bytes(digest)


def test_what_a_power_failure_cut_short_is_made_whole(app, settings):
    with app.app_context():
        digest = blob_store.store_bytes(b"whole")
        file_of(settings, digest).write_bytes(b"wh")
        assert blob_store.store_bytes(b"whole") == digest
        assert blob_store.read_bytes(digest) == b"whole"


def test_evidence_is_examined_with_a_bucket(restart, bucket, claim, outside):
    api = restart(blob_store=bucket[0])
    outside.publish(ITEM["source_url"], PAGE)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    api.work()
    snapshot = api.anyone.get(created.headers["Location"]).json["snapshot"]
    assert api.anyone.get(snapshot["content_url"]).get_data() == PAGE.encode()
    assert len(bucket[1]()) == 1


def test_evidence_waits_for_a_store_that_is_gone(api, claim, outside, settings):
    Path(settings.blob_store).write_text("in the way of the folder")
    outside.publish(ITEM["source_url"], PAGE)
    location = api.contributor.post(evidence_path(claim), ITEM, expect=202).headers["Location"]
    for tries in (1, 2):
        api.work() if tries == 1 else api.hurry()
        item = api.anyone.get(location).json
        assert item["state"] == "pending" and item["attempts"] == 0 and item["snapshot"] is None
        assert item["state_reason"].startswith("The store of snapshots takes nothing.")
        assert api.waiting() == ["evidence.examine"]
    Path(settings.blob_store).unlink()
    api.hurry()
    item = api.anyone.get(location).json
    assert item["state"] == "quote_verified" and item["attempts"] == 1
    assert item["state_reason"] is None and not api.waiting()


def test_the_waits_grow_to_an_hour(api, claim, outside, settings):
    Path(settings.blob_store).write_text("in the way of the folder")
    outside.publish(ITEM["source_url"], PAGE)
    api.contributor.post(evidence_path(claim), ITEM, expect=202)
    api.work()
    waits = []
    for _ in range(8):
        (job,) = api.app.extensions["jobs"].client.list_workflows(status="DELAYED")
        waits.append((job.delay_until_epoch_ms - job.created_at) / 1000)
        api.hurry()
    assert waits == pytest.approx([60, 120, 240, 480, 960, 1920, 3600, 3600], abs=5)
