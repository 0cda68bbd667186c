"""What is believed of proxies in front: who asks, by which scheme, and under which name."""

import pytest

FORWARDED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "claims.example",
}


def own_address(api, claim, headers):
    """The address that a claim's linked data names the claim's page by."""
    return api.anyone.get(f"/claims/{claim['id']}.jsonld", headers=headers).json["url"]


def statuses(api, forwarded):
    """Of one request each, all from the address of a proxy."""
    return [
        api.anyone.open("GET", "/claims", headers={"X-Forwarded-For": each}).status_code
        for each in forwarded
    ]


def test_nothing_is_believed_unless_proxies_are_said_to_be_there(restart, claim):
    api = restart(rate_limit_address="3/minute")
    assert own_address(api, claim, FORWARDED) == f"http://localhost/claims/{claim['id']}"
    forged = [f"198.51.100.{number}" for number in range(3)]
    assert statuses(api, forged) == [200, 200, 429]


def test_clients_behind_a_proxy_are_counted_each_by_itself(restart):
    api = restart(trusted_proxies=1, rate_limit_address="3/minute")
    assert statuses(api, [f"198.51.100.{number}" for number in range(6)]) == [200] * 6
    assert statuses(api, ["198.51.100.0"] * 3) == [200, 200, 429]


@pytest.mark.parametrize(
    "proxies, chain",
    [(1, "192.0.2.{}, 198.51.100.7"), (2, "192.0.2.{}, 198.51.100.7, 203.0.113.9")],
)
def test_what_a_client_itself_says_of_its_address_is_not_believed(restart, proxies, chain):
    api = restart(trusted_proxies=proxies, rate_limit_address="3/minute")
    assert statuses(api, [chain.format(number) for number in range(4)]) == [200, 200, 200, 429]


def test_the_address_given_out_is_that_of_the_proxy(restart, claim):
    api = restart(trusted_proxies=1)
    assert own_address(api, claim, FORWARDED) == f"https://claims.example/claims/{claim['id']}"
    forged = {name: f"forged.example, {value}" for name, value in FORWARDED.items()}
    assert own_address(api, claim, forged) == f"https://claims.example/claims/{claim['id']}"


def test_appeals_of_clients_behind_a_proxy_are_counted_each_by_itself(restart, claim):
    api = restart(trusted_proxies=1, rate_limit_appeals="1/hour")
    path, body = f"/claims/{claim['id']}/appeals", {"text": "No.", "contact": "a@b.example"}
    for client, expect in (("198.51.100.1", 201), ("198.51.100.2", 201), ("198.51.100.1", 429)):
        api.anyone.post(path, body, expect=expect, headers={"X-Forwarded-For": client})


def test_the_cookie_of_a_visit_is_for_https_where_the_proxy_says_so(restart):
    api = restart(trusted_proxies=1)
    key = api.contributor.key
    for scheme, secure in (("https", True), ("http", False)):
        answer = api.app.test_client().post(
            "/sign-in", data={"key": key}, headers={"X-Forwarded-Proto": scheme}
        )
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert ("Secure" in answer.headers["Set-Cookie"]) is secure
