"""Uploads of reviews that others published."""

import json


def upload_reviews(api, content, kind="application/ld+json", by=None, expect=202, **headers):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = (by or api.contributor).open(
        "POST", "/imports/uploads", data=body, content_type=kind, headers=headers, expect=expect
    )
    if expect != 202:
        return answer
    api.work()
    return api.anyone.get(f"/imports/{answer.json['id']}").json
