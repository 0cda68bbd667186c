"""The fact-checking API. Read `create_app` first: it is the table of contents."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import cli, web
from api.articles import ingest_job
from api.articles import views as articles
from api.claims import reanchoring, semantic_index
from api.claims import service as claims_service
from api.claims import views as claims
from api.claims.candidates import views as candidate_views
from api.claims.embeddings import service as embeddings
from api.claims.matching import views as matching_views
from api.claims.service import Consequences
from api.config.settings import Settings
from api.contributors import views as contributors
from api.database import replicas
from api.database.session import init_app
from api.evidence import service as evidence_service
from api.evidence import suggestion_hooks
from api.evidence import views as evidence
from api.evidence.examination import examine, rechecking
from api.evidence.examination import views as recheck_views
from api.evidence.independence import views as ruling_views
from api.evidence.review_hints import views as review_hint_views
from api.evidence.suggestion_hooks import SuggestionHooks
from api.evidence.suggestions import job as suggestion_job
from api.evidence.suggestions import service as suggestions
from api.factcheck_tools import views as factcheck_views
from api.factcheck_tools.lookup import views as lookup
from api.http import cors, idempotency, openapi, problems, rate_limits, read_after
from api.http.json_provider import JSON
from api.imports import job as import_job
from api.imports import views as imports
from api.jobs import queue as jobs
from api.jobs.heartbeats import HEARTBEAT
from api.jobs.periodic import PeriodicTask
from api.jobs.queue import Handler
from api.observability import logs, metrics, request_context, tracing
from api.operations import health, metrics_endpoint
from api.publishing import views as feeds
from api.publishing.changes import views as changes
from api.publishing.syndication import views as syndication
from api.sources import views as sources
from api.sources.snapshots import archive_job, blob_store
from api.sources.snapshots import views as snapshot_views
from api.verdicts import reassessment, status_documents
from api.verdicts import views as verdicts
from api.verdicts.claim_groups import service as claim_groups
from api.verdicts.claim_groups import views as statement_views
from api.verdicts.replies import views as reply_views
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log import views as log_views
from api.webhooks import delivery, event_fanout, outbox
from api.webhooks import service as webhooks_service
from api.webhooks import views as webhooks

#: What does the jobs of each name. The names stand in the databases of installations.
JOBS: Mapping[str, Handler] = {
    "snapshot.archive": archive_job.archive_snapshot,
    "article.read": ingest_job.read_article,
    "claims.reanchor": reanchoring.reanchor_claims,
    "claims.encode": embeddings.encode_claim,
    "evidence.examine": examine.examine_evidence,
    "evidence.recheck": rechecking.recheck_host,
    "evidence.suggest": suggestion_job.suggest,
    "lines.redraw": evidence_service.recompute_groups_of_publisher,
    "lines.redraw_of_article": evidence_service.recompute_groups_of_article,
    "verdict.reassess": reassessment.reassess_claim,
    "log.checkpoint": log.sign_checkpoint,
    "feeds.import": import_job.run_import,
    "webhook.send": delivery.send_due,
}

#: Jobs that wait for strangers' servers, after those that change what readers see: first what
#: examines evidence, then what reads more, then messages and suggestions.
PRIORITIES: Mapping[str, int] = {
    "evidence.examine": 1,
    "evidence.recheck": 2,
    "article.read": 2,
    "feeds.import": 3,
    "snapshot.archive": 3,
    "webhook.send": 3,
    "evidence.suggest": 4,
}

#: What each worker does again and again, in this order.
PERIODIC_TASKS = (
    PeriodicTask(rechecking.enqueue_due_rechecks, HEARTBEAT),
    PeriodicTask(event_fanout.fan_out_events, HEARTBEAT),
    PeriodicTask(outbox.enqueue_due_outboxes, HEARTBEAT),
    PeriodicTask(idempotency.delete_expired, timedelta(minutes=1)),
    PeriodicTask(webhooks_service.delete_expired, timedelta(minutes=1)),
)

#: What is served under /v1, in the order of the domains.
DOMAINS = (
    contributors,
    sources,
    snapshot_views,
    articles,
    claims,
    candidate_views,
    matching_views,
    evidence,
    review_hint_views,
    recheck_views,
    ruling_views,
    verdicts,
    reply_views,
    statement_views,
    log_views,
    feeds,
    imports,
    changes,
    syndication,
    lookup,
    webhooks,
)

#: What follows when a claim is edited or withdrawn: its evidence is grouped before any verdict on
#: it is looked at.
CLAIM_CONSEQUENCES = Consequences(
    of_edit=(
        evidence_service.recompute_groups_when_edited,
        reassessment.update_assessment,
        claim_groups.leave_group_when_edited,
    ),
    of_withdrawal=(claim_groups.leave_group_when_withdrawn,),
)

#: A language model suggests what an item does to its claim. Off unless the settings name a model.
SUGGESTION_HOOKS = SuggestionHooks(
    request=suggestion_job.request_suggestion,
    list_on=suggestions.on,
    find_newest=suggestions.newest,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to be served. Settings come from the environment unless given;
    raises `environs.EnvValidationError` naming every bad one.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None)
    app.json = JSON(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions["settings"] = settings
    request_context.init_app(app)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    metrics.init_app(app)
    logs.init_app(app, settings)
    tracing.init_app(app, settings)
    init_app(app, settings.database_url, **settings.driver())
    claims_service.init_app(app, CLAIM_CONSEQUENCES)
    jobs.init_app(app, JOBS, PERIODIC_TASKS, PRIORITIES)
    replicas.init_app(app, settings)
    read_after.init_app(app)
    status_documents.init_app(app)
    blob_store.init_app(app, settings.blob_store)
    suggestion_hooks.init_app(app, SUGGESTION_HOOKS)
    rate_limits.init_app(app, settings)
    cors.init_app(app)
    semantic_index.init_app(app, embeddings.load_index(settings.semantic_model))
    problems.register(app)
    cli.register_commands(app, create_app)

    api = openapi.init_app(app)
    for domain in DOMAINS:
        api.register_blueprint(domain.blp, url_prefix="/v1")
    api.register_blueprint(factcheck_views.blp)
    api.register_blueprint(health.blp)
    app.register_blueprint(metrics_endpoint.blp)
    web.init_app(app)
    return app
