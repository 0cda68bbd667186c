"""Routes of the log of all verdicts: checkpoint, keys, proofs, and a claim's bundle."""

from typing import Any
from uuid import UUID

from flask import Response

from api.auth.permissions import Permission
from api.database.session import get_or_404
from api.http.blueprints import Blueprint
from api.verdicts.models import Verdict
from api.verdicts.transparency_log import bundle
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log.schemas import (
    BundleQuery,
    LogKeysView,
    LogProofQuery,
    LogProofView,
    SinceQuery,
    VerdictProofView,
)

blp = Blueprint("log", __name__, description="The log of all verdicts, for anyone to check")


@blp.route("/log/checkpoint", permission=Permission.READ)
@blp.response(200, {"type": "string"}, content_type="text/plain")
def get_checkpoint() -> Any:
    """Fetch the log's newest signed checkpoint.

    A signed note (c2sp.org/tlog-checkpoint): the log's name, how many verdicts are in it, and
    the root of the Merkle tree over them. Keep it: whatever you fetch later can be shown to
    contain it.
    """
    return Response(log.get_signed_head().note, mimetype="text/plain")


@blp.route("/log/keys", permission=Permission.READ)
@blp.response(200, LogKeysView)
def list_log_keys() -> Any:
    """List the public keys that sign the log's checkpoints, oldest first."""
    return {"items": log.list_public_keys()}


@blp.route("/log/proof", permission=Permission.READ)
@blp.arguments(LogProofQuery, location="query")
@blp.response(200, LogProofView)
def get_proof(query: dict[str, Any]) -> Any:
    """Prove that a verdict is in the log, or that the log only grew.

    By `index` or `verdict`: the path from that entry to the root. By `first`: that the tree of
    `size` entries begins with the tree of the `first` ones.
    """
    return log.build_proof(**query)


@blp.route("/verdicts/<uuid:verdict_id>/proof", permission=Permission.READ)
@blp.arguments(SinceQuery, location="query")
@blp.response(200, VerdictProofView)
def get_verdict_proof(query: dict[str, Any], verdict_id: UUID) -> Any:
    """Fetch all that it takes to check a verdict offline: what it attests, its place in the log,
    the signed checkpoint, the keys.

    `verifier/claimledger_verify.py` checks it, and needs nothing of ours.
    """
    return log.build_verdict_proof(get_or_404(Verdict, verdict_id), **query)


@blp.route("/claims/<uuid:claim_id>/bundle", permission=Permission.READ, own_transactions=True)
@blp.arguments(BundleQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def get_bundle(query: dict[str, Any], claim_id: UUID) -> Any:
    """Take a claim away, with all that it was decided on and all that proves it.

    A zip file, byte for byte the same until something changes: claim, article, evidence,
    snapshots, every verdict with its proof, and a README that tells the rest. It holds no names
    of contributors.
    """
    return bundle.build_bundle(claim_id, with_snapshots=query.pop("snapshots"), **query)
