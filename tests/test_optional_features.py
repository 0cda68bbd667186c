"""What works without the packages that an installation may be without."""

from api import app as composition
from api.evidence.suggestion_hooks import NO_SUGGESTIONS
from api.factcheck_tools.lookup import views as lookup


def test_the_rest_works_without_optional_features(restart, claim, submit, monkeypatch):
    """Not even settings that would turn them on do anything."""
    jobs = {
        k: v for k, v in composition.JOBS.items() if k not in {"claims.encode", "evidence.suggest"}
    }
    monkeypatch.setattr(composition, "JOBS", jobs)
    monkeypatch.setattr(composition, "SUGGESTION_HOOKS", NO_SUGGESTIONS)
    monkeypatch.setattr(composition, "DOMAINS", [d for d in composition.DOMAINS if d is not lookup])
    monkeypatch.setattr(composition.embeddings, "load_index", lambda model: None)
    house = restart(
        stance_url="http://127.0.0.1:9/v1",
        stance_model="small",
        semantic_model="minilm",
        factcheck_key="key",
    )
    item = submit(claim, "paper.example")
    assert house.work() >= 1 and house.waiting() == []
    assert house.anyone.get(f"/evidence/{item['id']}").json["state"] == "quote_verified"
    hints = house.anyone.get(f"/evidence/{item['id']}/review-hints").json
    assert hints["suggestions"] == [] and hints["coverage"] is not None
    found = house.anyone.post("/matches", {"text": claim["statement"]}, expect=200).json
    assert found["items"][0]["matches"][0]["claim"]["id"] == claim["id"]
    assert house.app.test_cli_runner().invoke(args=["index"]).exit_code == 0
    house.contributor.get(f"/claims/{claim['id']}/related", expect=404)
