"""Webhooks, sent over HTTP to a real receiver and verified by the standard's own library."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.database.session import transaction
from api.jobs.queue import run_job
from api.publishing.changes.service import EVENT_TYPES
from api.webhooks import delivery, event_fanout, retries, service, signing
from api.webhooks.models import Delivery, DeliveryAttempt, Outbox, Subscription, WebhookSecret
from api.webhooks.retries import DeliveryOutcome
from tests.support.audit_entries import add_audit_entry
from tests.support.processes import Installation, free_port, until
from tests.support.webhook_receiver import Receiver

ENDPOINT = "http://hooks.example/claims"


@pytest.fixture
def receiver():
    receiver = Receiver()
    server = receiver.serve()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings, receiver):
    """At hooks.example is the receiver, at dead.example nobody."""
    there = f"hooks.example:80=127.0.0.1:{receiver.port}"
    nowhere = f"dead.example:80=127.0.0.1:{free_port()}"
    return replace(settings, fetch_connect_to=(there, nowhere, *settings.fetch_connect_to))


@pytest.fixture
def subscribe(api):
    def subscribe(by=None, **wanted):
        return (
            (by or api.contributor).post("/webhooks", {"url": ENDPOINT} | wanted, expect=201).json
        )

    return subscribe


@pytest.fixture
def happen(api):
    """Announce what has happened, and do what is due."""

    def happen():
        api.heartbeat()
        return api.work()

    return happen


@pytest.fixture
def later(api):
    """Do what is due by then."""

    def later(**delta):
        with time_machine.travel(datetime.now(UTC) + timedelta(**delta)):
            api.heartbeat()
            api.work()

    return later


def edit(api, claim, **change):
    path = f"/claims/{claim['id']}"
    headers = {"If-Match": api.anyone.get(path).headers["ETag"]}
    api.reviewer.patch(path, change or {"tags": ["bridges"]}, expect=200, headers=headers)


def deliveries(api, webhook, **query):
    path = f"/webhooks/{webhook['id']}/deliveries"
    return api.contributor.get(path, query_string=query).json["items"]


def only(api, webhook):
    (listed,) = deliveries(api, webhook)
    return api.contributor.get(f"/webhook-deliveries/{listed['id']}").json


# --- The standard


def test_the_published_vector():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    value = Webhook(secret)._whsecret
    assert signing.encode_secret(value) == secret
    signed = signing.sign_message(
        value, id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body='{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_as_long_as_the_standard_asks_and_never_the_same():
    made = {signing.new_secret() for _ in range(100)}
    assert len(made) == 100 and all(24 <= len(secret) <= 64 for secret in made)


def test_the_schedule_is_the_standards():
    starts = [timedelta()]
    for failures in range(1, 10):
        starts.append(starts[-1] + retries.retry_delay(failures, requested=None, chance=0))
    assert [str(start.total_seconds()) for start in starts] == [
        *("0.0", "5.0", "305.0", "2105.0", "9305.0"),
        *("27305.0", "63305.0", "113705.0", "185705.0", "272105.0"),
    ]
    assert retries.retry_delay(10, requested=timedelta(hours=1), chance=0) is None


@pytest.mark.parametrize(
    ("failures", "asked", "least", "most"),
    [
        (1, None, 5, 6),
        (2, None, 300, 360),
        (1, timedelta(minutes=2), 120, 144),
        (3, timedelta(minutes=2), 1800, 2160),
    ],
)
def test_chance_only_lengthens_a_wait(failures, asked, least, most):
    waits = [retries.retry_delay(failures, requested=asked, chance=chance) for chance in (0, 1)]
    assert [wait.total_seconds() for wait in waits] == [least, most]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, DeliveryOutcome.DELIVERED) for status in (200, 204, 299)),
        *((status, DeliveryOutcome.FAILED) for status in (None, 199, 301, 307, 400, 404, 500)),
        *((status, DeliveryOutcome.BUSY) for status in (429, 502, 503, 504)),
        (410, DeliveryOutcome.GONE),
    ],
)
def test_what_an_answer_means(status, outcome):
    assert retries.classify_status(status) is outcome


# --- What is sent


@pytest.mark.each_database
def test_an_event_arrives_signed_under_its_own_id(api, claim, subscribe, happen, receiver):
    webhook = subscribe()
    edit(api, claim)
    happen()
    (message,) = receiver.verified(webhook["secret"])
    *_, entry = api.anyone.get("/changes").json["items"]
    assert receiver.ids() == [entry["id"]]
    assert message["type"] == "claim.edited"
    assert datetime.fromisoformat(message["timestamp"]) == datetime.fromisoformat(entry["at"])
    data = {name: entry[name] for name in ("id", "claim", "subject", "by", "details")}
    assert message["data"] == data
    sent = only(api, webhook)
    assert sent["state"] == "delivered" and sent["due_at"] is None
    assert sent["body"].encode() == receiver.messages[0][1]
    assert [attempt["status"] for attempt in sent["attempts"]] == [204]
    assert receiver.messages[0][0]["Content-Type"] == "application/json"


def test_what_was_before_the_subscription_is_not_sent(api, claim, subscribe, happen, receiver):
    edit(api, claim)
    subscribe()
    happen()
    assert receiver.messages == []


@pytest.mark.each_database
def test_nothing_is_sent_of_what_was_rolled_back(api, claim, subscribe, happen, receiver):
    subscribe()
    with api.app.app_context(), pytest.raises(ZeroDivisionError), transaction():
        add_audit_entry(claim)
        raise ZeroDivisionError
    happen()
    assert receiver.messages == []


def test_what_was_committed_is_sent_though_nobody_was_there(
    api, claim, subscribe, happen, receiver
):
    """Between the commit and the announcement, and between that and sending, all may die."""
    webhook = subscribe()
    edit(api, claim)
    with api.app.app_context(), pytest.raises(ZeroDivisionError), transaction():
        event_fanout._create_deliveries([])
        raise ZeroDivisionError
    happen()
    happen()
    assert len(receiver.verified(webhook["secret"])) == 1


def test_filters(api, article, claim, subscribe, happen, receiver):
    wanted = [
        {"types": ["claim.edited"]},
        {"tag": "bridges"},
        {"status": "unverified"},
        {"types": ["claim.edited", "verdict.given"], "tag": "bridges", "status": "unverified"},
    ]
    unwanted = [
        {"types": ["verdict.given"]},
        {"tag": "tunnels"},
        {"status": "disputed"},
        {"publisher": "herald.example"},
        {"tag": "bridges", "types": ["claim.made"]},
    ]
    ids = {subscribe(**each)["id"] for each in wanted}
    for each in unwanted:
        subscribe(**each)
    edit(api, claim)
    happen()
    assert len(receiver.messages) == len(wanted)
    with api.app.app_context(), transaction(reads=True) as session:
        assert {str(id) for id in session.scalars(select(Delivery.subscription_id))} == ids


def test_a_publisher_and_the_status_that_a_verdict_gave(api, subscribe, happen, submit, receiver):
    story = {"url": "http://www.herald.example/1", "text": "It opened in 1932, so it is said."}
    article = api.contributor.post("/articles", story | {"title": "Bridge"}, expect=201).json
    path = f"/articles/{article['id']}/claims"
    claim = api.contributor.post(path, {"quote": "It opened in 1932"}, expect=201).json
    webhook = subscribe(publisher="herald.example", status="disputed")
    evidence = submit(claim, "one.example", "disputes", by=api.contributor_2)
    api.work()
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [evidence["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    path = f"/evidence/{evidence['id']}/retraction"
    api.contributor_2.post(path, {"reason": "I misread it."}, expect=200)
    api.work()
    happen()
    assert [each["type"] for each in receiver.verified(webhook["secret"])] == ["verdict.given"]


def test_every_type_can_be_asked_for(subscribe):
    assert subscribe(types=EVENT_TYPES)["types"] == EVENT_TYPES


def test_in_many_steps_each_event_is_announced_once(
    api, claim, subscribe, happen, receiver, monkeypatch
):
    monkeypatch.setattr(event_fanout, "BATCH_SIZE", 2)
    webhook = subscribe()
    for number in range(5):
        edit(api, claim, tags=[f"tag {number}"])
    happen()
    happen()
    told = receiver.verified(webhook["secret"])
    assert sorted(each["data"]["details"]["after"]["tags"][0] for each in told) == [
        f"tag {number}" for number in range(5)
    ]


def test_an_event_costs_its_transaction_nothing_for_each_subscription(
    api, claim, subscribe, statements
):
    edit(api, claim)
    counts = []
    for _ in range(2):
        with statements() as sent:
            edit(api, claim, tags=[str(len(counts))])
        counts.append(len(sent))
        for _ in range(5):
            subscribe()
    assert counts[0] == counts[1]


# --- When it does not arrive


def test_a_message_that_fails_is_sent_again_the_same(
    api, claim, subscribe, happen, later, receiver
):
    webhook = subscribe()
    receiver.answers += [500, (302, {"Location": "http://elsewhere.example/"})]
    edit(api, claim)
    happen()
    waiting = only(api, webhook)
    assert waiting["state"] == "pending" and waiting["failures"] == 1
    wait = datetime.fromisoformat(waiting["due_at"]) - datetime.now(UTC)
    assert wait <= timedelta(seconds=6)
    later(seconds=7)
    later(seconds=200)
    assert len(receiver.messages) == 2, "the next is due after five minutes"
    later(minutes=7)
    assert len(set(receiver.ids())) == 1 and len(receiver.verified(webhook["secret"])) == 3
    assert len({body for _, body, _ in receiver.messages}) == 1
    assert len({headers["webhook-signature"] for headers, _, _ in receiver.messages}) == 3
    sent = only(api, webhook)
    assert [attempt["status"] for attempt in sent["attempts"]] == [500, 302, 204]
    assert sent["state"] == "delivered"


def test_it_is_given_up_after_ten_tries(api, claim, subscribe, happen, later, receiver):
    webhook = subscribe()
    receiver.answers += [500] * 20
    edit(api, claim)
    happen()
    for number in range(1, 12):
        later(hours=30 * number)
    sent = only(api, webhook)
    assert sent["state"] == "failed" and len(sent["attempts"]) == 10
    assert deliveries(api, webhook, state="failed") and not deliveries(
        api, webhook, state="pending"
    )


def test_an_endpoint_that_nobody_answers_at_is_a_failure(api, claim, subscribe, happen):
    webhook = subscribe(url="http://dead.example/hook")
    edit(api, claim)
    happen()
    (attempt,) = only(api, webhook)["attempts"]
    assert attempt["status"] is None and attempt["reason"]
    assert only(api, webhook)["state"] == "pending"


def test_an_endpoint_that_comes_to_lead_inside_is_never_opened(
    api, restart, claim, subscribe, receiver
):
    """What was a public address when it was given is looked at each time."""
    webhook = subscribe()
    inside = restart(fetch_connect_to=(), fetch_ports=(receiver.port,))
    with api.app.app_context(), transaction() as session:
        row = session.scalars(select(Subscription)).one()
        row.url = f"http://127.0.0.1:{receiver.port}/"
    edit(api, claim)
    with inside.app.app_context():
        event_fanout.fan_out_events()
    inside.work()
    assert receiver.messages == []
    (attempt,) = only(api, webhook)["attempts"]
    assert attempt["status"] is None and "loopback" in attempt["reason"]


def test_gone_ends_the_subscription(api, claim, subscribe, happen, receiver):
    webhook = subscribe()
    receiver.answers.append(410)
    edit(api, claim)
    edit(api, claim, tags=["other"])
    happen()
    edit(api, claim)
    happen()
    assert len(receiver.messages) == 1
    path = f"/webhooks/{webhook['id']}"
    shown = api.contributor.get(path).json
    assert shown["enabled"] is False and shown["disabled_reason"].endswith("410 Gone.")
    assert [each["state"] for each in deliveries(api, webhook)] == ["failed", "failed"]
    api.contributor.post(f"{path}/ping", expect=409)
    headers = {"If-Match": api.contributor.get(path).headers["ETag"]}
    again = api.contributor.patch(path, {"enabled": True}, expect=200, headers=headers).json
    assert again["enabled"] and again["disabled_reason"] is None
    happen()
    assert len(receiver.messages) == 1
    edit(api, claim, tags=["new"])
    happen()
    assert len(receiver.messages) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_left_alone(api, claim, subscribe, happen, later, receiver, status):
    webhook = subscribe()
    receiver.answers.append((status, {"Retry-After": "600"}))
    edit(api, claim)
    edit(api, claim, tags=["other"])
    happen()
    edit(api, claim, tags=["third"])
    happen()
    later(seconds=590)
    assert len(receiver.messages) == 1, "all wait"
    assert [each["failures"] for each in deliveries(api, webhook)] == [0, 0, 1]
    later(seconds=730)
    assert len(receiver.verified(webhook["secret"])) == 4
    assert {each["state"] for each in deliveries(api, webhook)} == {"delivered"}


def test_a_slow_endpoint_holds_up_only_itself(api, claim, subscribe, happen, later, receiver):
    """As long as a message to it is on its way, no other is sent to it; to others, all are."""
    slow, other = subscribe(), subscribe(tag="other")
    edit(api, claim, tags=["other"])
    with api.app.app_context():
        event_fanout.fan_out_events()
        with transaction():
            assert delivery._lease_due_message(UUID(slow["id"]), api.app.extensions["settings"])
    api.work()
    assert len(receiver.verified(other["secret"])) == 1
    assert [each["state"] for each in deliveries(api, slow)] == ["pending"]
    later(minutes=2)  # whoever had the lease has died
    assert [each["state"] for each in deliveries(api, slow)] == ["delivered"]


def test_many_messages_arrive_in_their_order(api, claim, subscribe, happen, receiver, monkeypatch):
    monkeypatch.setattr(delivery, "MAX_MESSAGES_PER_JOB", 2)
    webhook = subscribe()
    for number in range(5):
        edit(api, claim, tags=[f"tag {number}"])
    happen()
    told = receiver.verified(webhook["secret"])
    assert [each["data"]["details"]["after"]["tags"] for each in told] == [
        [f"tag {number}"] for number in range(5)
    ]


def test_a_job_that_runs_twice_sends_once_when_it_is_known_to_have_arrived(
    api, claim, subscribe, receiver
):
    subscribe()
    edit(api, claim)
    with api.app.app_context():
        event_fanout.fan_out_events()
    (job,) = [each for each in api.due() if each.name == "webhook.send"]
    with api.app.app_context():
        for _ in range(2):
            run_job(job.name, **job.input["kwargs"])
    assert len(receiver.messages) == 1


def test_a_job_that_was_lost_is_promised_again(api, claim, subscribe, later, receiver):
    subscribe()
    edit(api, claim)
    with api.app.app_context():
        event_fanout.fan_out_events()
    for job in api.due():
        api.app.extensions["jobs"].client.delete_workflow(job.workflow_id)
    later(minutes=9)
    assert receiver.messages == []
    later(minutes=11)
    assert len(receiver.messages) == 1


# --- By hand


def test_ping(api, subscribe, receiver):
    webhook = subscribe(types=["verdict.given"])
    answer = api.contributor.post(f"/webhooks/{webhook['id']}/ping", expect=202)
    api.work()
    (message,) = receiver.verified(webhook["secret"])
    assert message["type"] == "ping"
    assert message["data"] == {"subscription": webhook["id"]}
    assert receiver.ids() == [answer.json["event_id"]]
    assert api.contributor.get(answer.headers["Location"]).json["state"] == "delivered"


def test_replay_sends_the_same_again(api, claim, subscribe, happen, receiver):
    webhook = subscribe()
    edit(api, claim)
    happen()
    path = f"/webhook-deliveries/{only(api, webhook)['id']}"
    api.contributor.post(f"{path}/replay", expect=202)
    api.work()
    assert len(receiver.verified(webhook["secret"])) == 2
    assert len(set(receiver.ids())) == 1
    assert len(only(api, webhook)["attempts"]) == 2


def test_a_replay_takes_the_place_of_the_next_try(api, claim, subscribe, happen, later, receiver):
    webhook = subscribe()
    receiver.answers.append(500)
    edit(api, claim)
    happen()
    api.contributor.post(f"/webhook-deliveries/{only(api, webhook)['id']}/replay", expect=202)
    api.work()
    later(hours=1)
    assert len(receiver.messages) == 2


def test_secrets_are_shown_once(api, subscribe):
    webhook = subscribe()
    path = f"/webhooks/{webhook['id']}"
    secret = webhook["secret"].removeprefix("whsec_")
    for answer in (api.contributor.get(path), api.contributor.get("/webhooks")):
        assert secret not in answer.get_data(as_text=True)
    headers = {"Idempotency-Key": "once"}
    body = {"url": ENDPOINT}
    api.contributor.post("/webhooks", body, expect=201, headers=headers)
    again = api.contributor.post("/webhooks", body, expect=409, headers=headers)
    assert again.json["type"] == "/problems/shown-once"


def test_rotation_signs_with_both_for_a_day(api, subscribe, receiver):
    webhook = subscribe()
    path = f"/webhooks/{webhook['id']}"

    def ping():
        api.contributor.post(f"{path}/ping", expect=202)
        api.work()
        headers, body, _ = receiver.messages[-1]
        return lambda secret: Webhook(secret).verify(body, headers)

    second = api.contributor.post(f"{path}/secret", expect=201).json
    verify = ping()
    assert verify(webhook["secret"]) and verify(second["secret"])
    assert len(receiver.messages[-1][0]["webhook-signature"].split()) == 2
    third = api.contributor.post(f"{path}/secret", expect=201).json
    verify = ping()
    assert verify(second["secret"]) and verify(third["secret"])
    with pytest.raises(WebhookVerificationError):
        verify(webhook["secret"])
    until = datetime.fromisoformat(third["previous_until"])
    with time_machine.travel(until + timedelta(seconds=1)):
        verify = ping()
        assert verify(third["secret"])
        with pytest.raises(WebhookVerificationError):
            verify(second["secret"])


def test_another_secret_verifies_nothing(api, subscribe, receiver):
    webhook, other = subscribe(), subscribe()
    api.contributor.post(f"/webhooks/{webhook['id']}/ping", expect=202)
    api.work()
    with pytest.raises(WebhookVerificationError):
        receiver.verified(other["secret"])


# --- Whose they are


def test_nobody_sees_or_touches_anothers(api, claim, subscribe, happen):
    webhook = subscribe()
    edit(api, claim)
    happen()
    sent = only(api, webhook)
    path, message = f"/webhooks/{webhook['id']}", f"/webhook-deliveries/{sent['id']}"
    for other in (api.contributor_2, api.reviewer, api.admin):
        other.get(path, expect=404)
        other.get(f"{path}/deliveries", expect=404)
        other.get(message, expect=404)
        other.patch(path, {"enabled": False}, expect=404, headers={"If-Match": "*"})
        other.open("DELETE", path, expect=404)
        for action in (f"{path}/ping", f"{path}/secret", f"{message}/replay"):
            other.post(action, expect=404)
        assert other.get("/webhooks").json["items"] == []
    api.anyone.get("/webhooks", expect=401)
    api.anyone.post("/webhooks", {"url": ENDPOINT}, expect=401)


def test_its_owner_stops_a_subscription_and_takes_it_up_again(
    api, claim, subscribe, happen, receiver
):
    webhook = subscribe()
    path = f"/webhooks/{webhook['id']}"
    edit(api, claim)

    def switch(enabled):
        seen = {"If-Match": api.contributor.get(path).headers["ETag"]}
        return api.contributor.patch(path, {"enabled": enabled}, expect=200, headers=seen).json

    stopped = switch(False)
    assert stopped["enabled"] is False and stopped["disabled_at"]
    assert stopped["disabled_reason"] == "Its owner disabled it."
    happen()
    edit(api, claim, tags=["ships"])
    assert receiver.messages == [] and deliveries(api, webhook) == []
    assert api.contributor.post(f"{path}/ping", expect=409).json["type"].endswith("is-disabled")
    assert switch(False)["disabled_at"] == stopped["disabled_at"]
    started = switch(True)
    assert (started["enabled"], started["disabled_at"], started["disabled_reason"]) == (
        True,
        None,
        None,
    )
    happen()
    assert receiver.messages == [], "what happened meanwhile is not sent"
    edit(api, claim, tags=["trains"])
    happen()
    assert len(receiver.messages) == len(deliveries(api, webhook)) == 1


def test_whose_access_has_ended_is_told_nothing(api, claim, subscribe, happen, receiver):
    subscribe()
    path = f"/contributors/{api.contributor.id}"
    headers = {"If-Match": api.admin.get(path).headers["ETag"]}
    api.admin.patch(path, {"active": False}, expect=200, headers=headers)
    edit(api, claim)
    happen()
    assert receiver.messages == []


def test_of_whom_was_erased_no_address_is_kept(api, subscribe):
    theirs = subscribe(by=api.contributor_2)
    subscribe()
    api.admin.post(f"/contributors/{api.contributor_2.id}/erasure", expect=200)
    with api.app.app_context():
        service.delete_expired()
    with api.app.app_context(), transaction() as session:
        left = session.scalars(select(Subscription)).all()
    assert [str(each.id) for each in left] != [theirs["id"]] and len(left) == 1


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"url": "http://127.0.0.1/"}, "#/url"),
        ({"url": "http://[::1]:80/"}, "#/url"),
        ({"url": "ftp://a.example/"}, "#/url"),
        ({"url": "http://a.example:22/"}, "#/url"),
        ({"url": "http://me:secret@a.example/"}, "#/url"),
        ({"types": ["verdict.taken"]}, "#/types"),
        ({"status": "refuted"}, "#/status"),
        ({"tag": ""}, "#/tag"),
        ({"colour": "red"}, "#/colour"),
    ],
)
def test_what_cannot_be_subscribed_to(api, wanted, pointer):
    answer = api.contributor.post("/webhooks", {"url": ENDPOINT} | wanted, expect=422)
    assert answer.json["errors"][0]["pointer"].startswith(pointer)


def test_an_address_inside_is_refused_in_a_change_too(api, subscribe):
    path = f"/webhooks/{subscribe()['id']}"
    headers = {"If-Match": api.contributor.get(path).headers["ETag"]}
    api.contributor.patch(path, {"url": "http://10.0.0.1/"}, expect=422, headers=headers)
    changed = api.contributor.patch(path, {"tag": "x"}, expect=200, headers=headers).json
    assert (changed["url"], changed["tag"]) == (ENDPOINT, "x")
    api.contributor.patch(path, {"tag": "y"}, expect=412, headers=headers)
    api.contributor.patch(path, {"tag": "y"}, expect=428)


def test_nobody_has_too_many(api, subscribe):
    for _ in range(20):
        subscribe()
    answer = api.contributor.post("/webhooks", {"url": ENDPOINT}, expect=409)
    assert answer.json["type"] == "/problems/too-many-subscriptions"


def test_a_subscription_can_be_deleted_with_all_that_is_known_of_it(
    api, claim, subscribe, happen, later, receiver
):
    webhook = subscribe()
    receiver.answers.append(500)
    edit(api, claim)
    happen()
    api.contributor.open("DELETE", f"/webhooks/{webhook['id']}", expect=204)
    api.contributor.get(f"/webhooks/{webhook['id']}", expect=404)
    later(hours=1)
    assert len(receiver.messages) == 1
    with api.app.app_context(), transaction(reads=True) as session:
        for kept in (WebhookSecret, Delivery, DeliveryAttempt, Outbox):
            assert session.scalar(select(func.count()).select_from(kept)) == 0


def test_a_subscription_may_be_deleted_while_a_message_is_on_its_way(
    api, claim, subscribe, happen, receiver
):
    """The endpoint itself does it, before it answers; a message that still waits is not sent."""
    path = f"/webhooks/{subscribe()['id']}"

    class Deletes(deque):
        def popleft(self):
            api.contributor.open("DELETE", path, expect=204)
            return super().popleft()

    receiver.answers = Deletes([200])
    edit(api, claim)
    edit(api, claim, tags=["ships"])
    happen()
    assert len(receiver.messages) == 1
    api.contributor.get(path, expect=404)
    with api.app.app_context(), transaction(reads=True) as session:
        assert session.scalar(select(func.count()).select_from(DeliveryAttempt)) == 0


def test_what_is_due_for_a_subscription_that_was_deleted_is_dropped(
    api, claim, subscribe, happen, receiver
):
    webhook = subscribe()
    path = f"/webhooks/{webhook['id']}"
    api.contributor.post(f"{path}/ping", expect=202)
    assert len(api.due()) == 1
    api.contributor.open("DELETE", path, expect=204)
    assert api.work() == 1 and receiver.messages == []


def test_messages_are_forgotten_after_thirty_days(api, claim, subscribe, happen, receiver):
    webhook = subscribe()
    edit(api, claim)
    happen()
    receiver.answers.append(500)
    edit(api, claim, tags=["late"])
    happen()
    for days, left in ((29, 2), (31, 1)):
        later = datetime.now(UTC) + timedelta(days=days)
        with time_machine.travel(later), api.app.app_context():
            service.delete_expired()
        assert len(deliveries(api, webhook)) == left
    assert deliveries(api, webhook)[0]["state"] == "pending", "what still has to come is kept"


def test_a_worker_announces_and_sends(api, claim, subscribe, receiver, settings, tmp_path):
    """The real process, on its own."""
    webhook = subscribe()
    edit(api, claim)
    with Installation(tmp_path, settings) as installation:
        installation.work()
        until(lambda: receiver.messages, seconds=60, so_that="the message arrives")
    assert receiver.verified(webhook["secret"])[0]["type"] == "claim.edited"
