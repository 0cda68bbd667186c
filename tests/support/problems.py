"""Refusals as the API answers them (RFC 9457)."""

PROBLEM = "application/problem+json"


def assert_problem(answer, status, type_):
    """The answer is a problem of that HTTP status and type; return its body."""
    body = answer.json
    assert answer.status_code == status, body
    assert answer.mimetype == PROBLEM
    assert body["type"] == f"/problems/{type_}" and body["status"] == status
    assert body["title"] and body["detail"]
    return body


def assert_unavailable(answer):
    """503, to be tried again, without a word of the database's."""
    assert answer.status_code == 503 and answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/problems/unavailable"
    assert answer.headers["Retry-After"]
    assert "sql" not in answer.get_data(as_text=True).lower()
