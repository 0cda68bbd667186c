"""Rows that are stored past the ORM are as the ORM would have stored them, all or none."""

import threading
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from api import db, idempotency
from api.contributors.models import Contributor, Role
from api.idempotency import Answer
from api.storing import store

ANSWER = {"caller": "somebody", "fingerprint": "f", "status": 201, "headers": {"ETag": '"é"'}}


def answers(app):
    with app.app_context(), db.transaction(reads=True) as session:
        return {row.key: row for row in session.scalars(select(Answer))}


@pytest.fixture(params=["at the end", "by the session"])
def writing(app, request):
    """A transaction, in which rows are written in either way."""

    def writing(block):
        with app.app_context(), db.transaction():
            if request.param == "by the session":
                db.session.connection()
            return block()

    return writing


def test_what_is_stored_is_what_the_orm_would_have_stored(app, writing):
    with app.app_context(), db.transaction() as session:
        session.add(Answer(key="orm", body=b"\x00\xff", **ANSWER))
    writing(lambda: store(Answer, key="ours", body=b"\x00\xff", **ANSWER))
    found = answers(app)
    columns = [column.key for column in Answer.__table__.columns if column.key != "created_at"]
    ours, orm = ([getattr(found[key], name) for name in columns] for key in ("ours", "orm"))
    assert ours == [value if value != "orm" else "ours" for value in orm]
    assert found["orm"].created_at <= found["ours"].created_at <= db.now()


def test_what_is_returned_has_the_columns_and_the_models_own_properties(app, writing):
    shown = writing(lambda: store(Contributor, name="Ann", role=Role.REVIEWER))
    assert isinstance(shown.id, UUID) and shown.version == 1 and shown.active is True
    assert shown.erased_at is None and len(shown.salt) == 64
    with app.app_context(), db.transaction(reads=True) as session:
        row = session.get_one(Contributor, shown.id)
        for column in Contributor.__table__.columns:
            assert getattr(row, column.key) == getattr(shown, column.key)


def test_there_is_no_column_of_another_name(writing):
    with pytest.raises(TypeError, match="nmae"):
        writing(lambda: store(Contributor, nmae="Ann", role=Role.ADMIN))


def test_a_block_that_fails_stores_nothing(app, writing):
    def fail():
        store(Answer, key="1", **ANSWER)
        raise ValueError

    with pytest.raises(ValueError):
        writing(fail)
    assert answers(app) == {}


def test_a_block_that_reads_stores_nothing(app):
    """PostgreSQL says so."""
    with app.app_context(), suppress(DBAPIError), db.transaction(reads=True):
        store(Answer, key="1", **ANSWER)
    assert answers(app) == {}


def test_one_row_that_is_refused_takes_back_the_others(app, writing):
    def twice():
        for key in ("1", "2", "1"):
            store(Answer, key=key, **ANSWER)

    with pytest.raises(IntegrityError):
        writing(twice)
    assert answers(app) == {}
    writing(lambda: store(Answer, key="3", **ANSWER))
    assert set(answers(app)) == {"3"}


def test_the_session_sees_what_was_stored_before_it_is_asked(app):
    with app.app_context(), db.transaction():
        store(Answer, key="1", **ANSWER)
        assert db.session.get(Answer, ("somebody", "1")) is not None
        store(Answer, key="2", **ANSWER)
        assert db.session.get(Answer, ("somebody", "2")) is not None
        idempotency.forget()
    assert set(answers(app)) == {"1", "2"}


def test_those_who_store_at_once_all_do(app):
    def one(number):
        with app.app_context(), db.transaction():
            store(Answer, key=str(number), **ANSWER)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers(app)) == 20
