"""The document keeps its word: every answer to every request, good or bad, is as it says.

Schemathesis draws the requests from the document itself, some that it allows and some that it
forbids, and checks each answer's status, content type, headers and shape against it.
"""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from api.app import create_app
from api.auth.permissions import PUBLIC, ROLE_PERMISSIONS
from api.auth.roles import Role
from api.config.settings import Settings
from api.http.blueprints import MAX_INTEGER
from tests.support.examples import ARTICLE
from tests.support.tampering import make_key

#: Requests drawn for each operation, besides one for each of its constraints. More find more.
DEPTH = int(os.environ.get("OPENAPI_DEPTH", "2"))
#: Articles may be too long to draw: their limits are drawn for at this part of their size.
SCALE = 1_000

CONFIG = {
    "checks": {
        # The document says what is well-formed. What else a request must be, depends on what is
        # stored: 401, 404 and 412 for a key, an id or an ETag that was drawn; 403 and 409 by the
        # rules; 422 (400 at Google's) where it is named for a rule, which
        # `well_formed_is_not_called_invalid` holds.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409", "412", "422"]
        },
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
        "missing_required_header": {"expected-statuses": ["428"]},
    },
}


class Stage:
    """The document is read once, from an application; each test brings its own to be asked."""

    app = create_app(Settings(database_url="sqlite://"))

    def __call__(self, *call):
        return self.app(*call)


@schemathesis.hook
def before_load_schema(_, document):
    fields = document["components"]["schemas"]["ArticleSubmission"]["properties"]
    for name in ("text", "html"):
        fields[name]["maxLength"] //= SCALE


@schemathesis.check
def each_status_is_named(_, answer, case):
    """`default` is for what belongs to no operation: another method, another path."""
    another_path = case.meta and case.meta.is_negative_at(ParameterLocation.PATH)
    if not another_path and answer.request.method == case.operation.method.upper():
        assert str(answer.status_code) in case.operation.responses.status_codes


@schemathesis.check
def well_formed_is_not_called_invalid(_, answer, case):
    if case.meta and case.meta.generation.mode.is_positive and answer.status_code in {400, 422}:
        assert answer.json()["type"] != "/problems/invalid"


stage = Stage()
SAID = stage.app.test_client().get("/openapi.json").json
document = schemathesis.openapi.from_wsgi(
    "/openapi.json", stage, config=SchemathesisConfig.from_dict(CONFIG)
)
OPERATIONS = {each.ok().label: each.ok() for each in document.get_all_operations()}
quick = hypothesis.settings(
    max_examples=DEPTH, deadline=None, suppress_health_check=list(HealthCheck)
)


OFTEN = "1000000/minute"
CHANGES = dict(
    second_opinion=True,
    rate_limit_address=OFTEN,
    rate_limit_key=OFTEN,
    rate_limit_appeals=OFTEN,
)


def build_house(api, outside):
    """Store everything that an address can name, and use it; return the ids by their parameters."""
    make_key(api)
    story = ARTICLE | {"url": "http://www.a.example/story"}
    api.contributor.post("/articles", story | {"text": "The bridge was opened."}, expect=201)
    article = api.contributor.post("/articles", story, expect=200).json
    quote = {"quote": "The bridge was opened on 19 March 1932", "tags": ["bridges"]}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    words = "It was opened on 19 March 1932"
    page = outside.publish("http://a.example/bridge", f"<html><body><p>{words}.</p>")
    item = {"source_url": page, "quote": words, "stance": "disputes"}
    evidence = api.contributor.post(f"/claims/{claim['id']}/evidence", item, expect=202).json
    api.work()
    decision = {"status": "unverified", "reasons": "One source.", "evidence": [evidence["id"]]}
    path = f"/claims/{claim['id']}/verdicts"
    verdict = api.reviewer.post(path, decision, expect=201).json
    opinion = api.reviewer.post(path, decision | {"status": "disputed"}, expect=202).json
    appeal = {"text": "It was opened in April.", "contact": "zoe@private.example"}
    appeal = api.anyone.post(f"/claims/{claim['id']}/appeals", appeal, expect=201).json
    api.work()
    person = str(api.contributor_2.id)
    key = api.admin.post(f"/contributors/{person}/keys", {}, expect=201).json
    (source,) = api.anyone.get("/sources").json["items"]
    made = dict(article=article, claim=claim, evidence=evidence, verdict=verdict, key=key)
    correction = {"wrong": "April", "right": "March", "reason": "We misread it."}
    path = f"/claims/{claim['id']}/corrections"
    correction = api.reviewer.post(path, correction, expect=201).json
    made |= dict(appeal=appeal, correction=correction, opinion=opinion)
    ids = {f"{name}_id": row["id"] for name, row in (made | {"source": source}).items()}
    page = api.anyone.get(f"/evidence/{evidence['id']}").json["snapshot"]
    ids |= {"contributor_id": person, "number": 2, "snapshot_id": page["id"]}
    review = {"@type": "ClaimReview", "url": page["final_url"], "claimReviewed": words}
    send = {"data": json.dumps([review, {}]), "content_type": "application/ld+json"}
    brought = api.contributor.open("POST", "/imports/uploads", expect=202, **send).json
    ids["import_id"] = brought["id"]
    hook = {"url": "http://hooks.example/claims"}
    hook = api.contributor.post("/webhooks", hook, expect=201).json["id"]
    sent = api.contributor.post(f"/webhooks/{hook}/ping", expect=202).json["id"]
    ids |= {"subscription_id": hook, "delivery_id": sent}
    return ids


@pytest.fixture
def scenario(build_once):
    return build_once(build_house, **CHANGES)


@pytest.fixture
def settings(settings):
    return replace(settings, **CHANGES)


@pytest.fixture
def house(api, scenario):
    stage.app = api.app
    return House(api, scenario.rows)


class House:
    """An application with everything that an address can name, and what it is asked with."""

    def __init__(self, api, ids):
        self.api, self.app, self.ids = api, api.app, ids

    def permission(self, operation):
        return self.app.view_functions[endpoints(self.app)[operation.label]].permission

    def headers_for(self, operation):
        """Nobody's, to read; to write, those of the first role that may."""
        permission = self.permission(operation)
        roles = (role for role, granted in ROLE_PERMISSIONS.items() if permission in granted)
        return getattr(self.api, next(roles, "anyone")).headers

    def place(self, case):
        """Let the request be about what is there, as far as it is not meant to fail at that."""
        if not case.meta.is_negative_at(ParameterLocation.PATH):
            for name, drawn in case.path_parameters.items():
                extreme = drawn in {0, MAX_INTEGER}
                case.path_parameters[name] = drawn if extreme else self.ids[name]
        if case.meta.generation.mode.is_positive and case.operation.label.startswith("PATCH"):
            case.headers["If-Match"] = "*"
        if isinstance(case.body, dict):
            if case.meta.generation.mode.is_positive and "quote" in case.body:
                case.body = {**case.body, "quote": "It cost 4.2 million pounds"}
            for name, limit in {"text": 500, "html": 2_000}.items():
                if len(str(case.body.get(name))) > limit:
                    case.body = {**case.body, name: case.body[name] * SCALE}


@pytest.mark.slow
@pytest.mark.once
@document.parametrize()
@quick
def test_every_answer_is_as_documented(case, house):
    house.place(case)
    case.call_and_validate(headers=house.headers_for(case.operation))


def test_every_answer_in_a_row_of_requests_is_as_documented(house):
    """What one request made, the next ones use: the document's addresses lead there."""

    class Rows(document.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": house.headers_for(case.operation)}

        def validate_response(self, answer, case, **call):
            case.validate_response(
                answer, headers=call["headers"], transport_kwargs=call, recorder=self.recorder
            )

    Rows.run(settings=hypothesis.settings(quick, stateful_step_count=8))


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_may_do_what_the_table_says(house, role):
    caller = getattr(house.api, role or "anyone")
    for operation in OPERATIONS.values():
        permission = house.permission(operation)
        headers = {"If-Match": '"another"'} if operation.method == "patch" else {}
        case = operation.Case(path_parameters=house.ids, headers=headers)
        answer = case.call_and_validate(headers=caller.headers)
        may = permission in PUBLIC or (role and permission in ROLE_PERMISSIONS[role])
        refused = answer.status_code in {401, 403}
        assert refused is not bool(may), operation.label


def described():
    for path, item in SAID["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def test_the_document_is_openapi_3_1():
    standard = json.loads((Path(__file__).parents[1] / "openapi-3.1.json").read_text())
    jsonschema_rs.validate(standard, SAID)
    names = [operation["operationId"] for _, operation in described()]
    assert len(names) == len(set(names)) > 25


def test_every_body_has_an_example_and_defaults_that_keep_to_its_schema():
    schemas = SAID["components"]["schemas"]
    for _, operation in described():
        if body := operation.get("requestBody"):
            if "application/json" not in body["content"]:
                continue  # a file, of others' making
            reference = body["content"]["application/json"]["schema"]["$ref"]
            schema = schemas[reference.rpartition("/")[2]]
            for example in schema["examples"]:
                jsonschema_rs.validate(schema, example)
            for field in schema["properties"].values():
                for value in [*field.get("examples", []), field.get("default")]:
                    assert value is None or jsonschema_rs.is_valid(field, value), field


def endpoints(app):
    """The endpoints of the API by what the document calls their operations."""
    return {
        f"{method} " + re.sub(r"<(?:\S+?:)?(\w+)>", r"{\1}", rule.rule): rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/docs", "/problems", "/metrics"))
        if not rule.endpoint.startswith(("web.", "assets."))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described(app):
    assert endpoints(app).keys() == {label for label, _ in described()}


def test_every_refusal_is_problem_json_of_a_type_that_is_explained(app):
    answers = [each for _, operation in described() for each in operation["responses"].items()]
    named = {answer["$ref"].rpartition("/")[2] for status, answer in answers if "$ref" in answer}
    for name in named - {"NotModified"}:
        ((kind, content),) = SAID["components"]["responses"][name]["content"].items()
        assert kind == "application/problem+json"
        if name != "Refused":
            page = app.test_client().get(content["example"]["type"]).get_data(as_text=True)
            assert page.startswith(f"{content['example']['title']} (")
    assert len(named) == 14
