"""Who may do what, operation by operation, as it is meant to be: this table is written by hand, so
that a mistake in the one that `authorize` reads shows up here.
"""

import re

import pytest

NOWHERE = "00000000-0000-7000-8000-000000000000"

#: What every person with a key may do.
ALL = """
    POST /articles
    POST /articles/{}/claims
    PATCH /claims/{}
    POST /claims/{}/withdrawal
    GET /claims/{}/related
    POST /claims/{}/evidence
    POST /evidence/{}/retraction
    POST /imports
    POST /imports/uploads
    GET /webhooks
    POST /webhooks
    GET /webhooks/{}
    PATCH /webhooks/{}
    DELETE /webhooks/{}
    GET /webhooks/{}/deliveries
    POST /webhooks/{}/ping
    POST /webhooks/{}/secret
    GET /webhook-deliveries/{}
    POST /webhook-deliveries/{}/replay
"""

#: What reviewers do: an admin decides nothing.
REVIEWERS = """
    POST /evidence/{}/review
    POST /claims/{}/group-rulings
    POST /claims/{}/verdicts
    POST /claims/{}/applied-verdicts
    GET /opinions/{}
    POST /claims/{}/claim-group
    POST /claims/{}/claim-group/departure
    POST /appeals/{}/answer
    POST /claims/{}/contact-attempts
    POST /claims/{}/corrections
    POST /claims/{}/interests
"""

REVIEWERS_AND_ADMINS = """
    POST /evidence/{}/examination
    POST /evidence/{}/recheck
    GET /appeals/{}/contact
"""

ADMINS = """
    GET /contributors
    POST /contributors
    GET /contributors/{}
    PATCH /contributors/{}
    POST /contributors/{}/erasure
    GET /contributors/{}/keys
    POST /contributors/{}/keys
    GET /keys/{}
    POST /keys/{}/revocation
    PATCH /sources/{}
    POST /appeals/{}/contact/erasure
"""

#: All that needs no key and does not only read by its method.
ANYBODY = {"POST /claims/{}/appeals", "POST /matches", "POST /status-lookup"}

ROLES = ("contributor", "reviewer", "admin")

#: The roles that may do each operation which needs a key.
TABLE = {
    operation.strip(): set(roles)
    for operations, roles in (
        (ALL, ROLES),
        (REVIEWERS, ["reviewer"]),
        (REVIEWERS_AND_ADMINS, ["reviewer", "admin"]),
        (ADMINS, ["admin"]),
    )
    for operation in operations.strip().splitlines()
}


@pytest.fixture
def operations(api):
    """All that the API documents: method and path without the version and the names of ids."""
    document = api.anyone.get("/openapi.json").json
    return {
        f"{method.upper()} {re.sub('{.*?}', '{}', path.replace('/v1/', '/'))}"
        for path, item in document["paths"].items()
        for method in item.keys() - {"parameters"}
    }


def test_the_table_has_every_operation_that_needs_a_key(operations):
    assert TABLE.keys() <= operations
    open_to_all = operations - TABLE.keys()
    assert {each for each in open_to_all if not each.startswith("GET ")} == ANYBODY


@pytest.mark.parametrize("role", [None, *ROLES])
def test_each_role_may_do_what_the_table_says_and_no_more(api, operations, role):
    """On what does not exist: whoever may not is told so before anything is looked for."""
    caller, others = getattr(api, role or "anyone"), {}
    for operation in sorted(operations):
        method, path = operation.split()
        number = path.replace("versions/{}", "versions/1").replace("{}", NOWHERE)
        status = caller.open(method, number).status_code
        if operation not in TABLE or role in TABLE[operation]:
            right = status not in {401, 403}
        else:
            right = status == (403 if role else 401)
        if not right:
            others[operation] = status
    assert others == {}
