"""Signed notes and checkpoints: the formats' own examples, and every way to get them wrong."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from api.verdicts.transparency_log.checkpoint import (
    Checkpoint,
    PublicKey,
    Signer,
    UntrustedNote,
    open_note,
    read_signing_time,
)
from verifier import claimledger_verify as verifier

#: The example of Go's golang.org/x/mod/sumdb/note, by which others test their notes too.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PETER = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(b64decode(SECRET)[1:]))

#: The example of c2sp.org/tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

LOG = Signer("example.org/log", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
OTHER = Signer("example.org/log", Ed25519PrivateKey.from_private_bytes(b"o" * 32))
HEAD = Checkpoint("example.org/log", 7, b"r" * 32)
SIGNED = LOG.checkpoint(HEAD, time=1_790_000_000)


def test_the_notes_own_example():
    key = PublicKey.parse(KEY)
    assert str(key) == KEY and PETER.public == key
    assert PETER.note(TEXT) == NOTE
    assert open_note(NOTE, [key]) == (TEXT, key)
    assert verifier.open_note(NOTE, [verifier.parse_key(KEY)])[0] == TEXT


def test_the_checkpoints_own_example():
    checkpoint = Checkpoint.parse(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(checkpoint) == EXAMPLE
    assert verifier.parse_checkpoint(EXAMPLE) == (checkpoint.origin, 20852163, checkpoint.root)


def test_the_id_of_a_cosigning_key():
    """A key of the tests of transparency-dev/formats, of the kind that signs the time."""
    raw = b64decode("BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")[1:]
    assert PublicKey("remora.n621.de", raw).id(b"\x04").hex() == "da77ade7"


def test_a_checkpoint_is_signed_with_its_time():
    text, key = open_note(SIGNED, [OTHER.public, LOG.public])
    assert (Checkpoint.parse(text), key) == (HEAD, LOG.public)
    assert read_signing_time(SIGNED, key) == 1_790_000_000
    theirs = verifier.parse_key(str(LOG.public))
    assert verifier.signed_at(SIGNED, theirs) == "2026-09-21T14:13:20+00:00"


def by_ours(note, *keys):
    _, key = open_note(note, keys)
    read_signing_time(note, key)


def by_theirs(note, *keys):
    _, key = verifier.open_note(note, [verifier.parse_key(str(key)) for key in keys])
    verifier.signed_at(note, key)


BOTH = pytest.mark.parametrize("check", [by_ours, by_theirs])


def at(time):
    """The note with another time in its second signature."""
    head, _, last = SIGNED.rstrip("\n").rpartition(" ")
    raw = b64decode(last)
    return f"{head} {b64encode(raw[:4] + time.to_bytes(8, 'big') + raw[12:]).decode()}\n"


WRONG = {
    "another size": SIGNED.replace("\n7\n", "\n8\n"),
    "another log": SIGNED.replace("example.org/log\n7", "example.com/log\n7"),
    "a line more": SIGNED.replace("\n\n", "\nmore\n\n"),
    "another time": at(1_790_000_001),
    "without the time": SIGNED[: SIGNED.rindex("—")],
    "only the time": SIGNED.replace(SIGNED[SIGNED.index("—") : SIGNED.rindex("—")], ""),
    "signed by another": OTHER.checkpoint(HEAD, time=1_790_000_000),
    "not signed": str(HEAD),
    "no signature": f"{HEAD}\n",
    "no line": f"{HEAD}\nexample.org/log AAAA\n",
    "no base64": SIGNED.replace(SIGNED[SIGNED.rindex(" ") + 1 :], "???\n"),
    "cut short": SIGNED[:-20] + "\n",
    "empty": "",
}


@BOTH
@pytest.mark.parametrize("note", WRONG.values(), ids=WRONG)
def test_a_note_that_is_not_ours_is_not_trusted(check, note):
    with pytest.raises((UntrustedNote, verifier.Fault)):
        check(note, LOG.public)


@BOTH
def test_signatures_of_others_are_passed_over(check):
    witness = "— witness.example " + b64encode(b"abcd" + b"s" * 64).decode() + "\n"
    check(SIGNED + witness, LOG.public)


@pytest.mark.parametrize(
    "text",
    [
        "example.org/log\n07\n" + b64encode(b"r" * 32).decode() + "\n",
        "example.org/log\n-7\n" + b64encode(b"r" * 32).decode() + "\n",
        "example.org/log\n٧\n" + b64encode(b"r" * 32).decode() + "\n",
        "example.org/log\n7\n" + b64encode(b"r" * 31).decode() + "\n",
        "example.org/log\n7\n????\n",
        "\n7\n" + b64encode(b"r" * 32).decode() + "\n",
        "example.org/log\n7\n",
        str(HEAD) + "more\n",
        str(HEAD)[:-1],
    ],
)
def test_what_is_no_checkpoint(text):
    with pytest.raises(UntrustedNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "a+b",
        KEY[:-4],
        KEY.replace("c74f20a3", "c74f20a4"),
        KEY.replace("Peter", "Paul"),
        "é" + KEY,
    ],
)
def test_what_is_no_key(word):
    with pytest.raises(UntrustedNote):
        PublicKey.parse(word)
    with pytest.raises(verifier.Fault):
        verifier.parse_key(word)


@BOTH
@given(place=st.integers(0, len(SIGNED) - 1), letter=st.characters(codec="utf-8"))
def test_no_letter_of_a_checkpoint_can_be_another(check, place, letter):
    note = SIGNED[:place] + letter + SIGNED[place + 1 :]
    try:
        check(note, LOG.public)
    except (UntrustedNote, verifier.Fault):
        return
    assert note == SIGNED
