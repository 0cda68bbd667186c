"""A store that speaks S3, on this machine."""

import pytest
import requests
from moto.server import ThreadedMotoServer


@pytest.fixture(scope="session")
def s3_server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(s3_server, monkeypatch):
    """The address of an empty place in a bucket, and what lists it."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    requests.post(f"{s3_server}/moto-api/reset", timeout=5)
    requests.put(f"{s3_server}/evidence", timeout=5)

    def stored():
        listing = requests.get(f"{s3_server}/evidence?prefix=kept/", timeout=5).text
        return [part.partition("</Key>")[0] for part in listing.split("<Key>kept/")[1:]]

    return "s3://evidence/kept", stored
