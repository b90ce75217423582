"""The tables, as SQLAlchemy sees them. The migrations make them; a test holds the two against each other."""

from db.models import indexes as indexes
from db.models.base import EMPTY, UNFINISHED, Base, JsonObject, Moment
from db.models.clients import Client, ClientDecision, ClientPlacing, QuestionSetAside, SettledFact
from db.models.conversations import AskedQuestion, Conversation
from db.models.copies import ChunkVector, CopyDue
from db.models.dry_runs import DryRun, DryRunValue
from db.models.figures import CallCoaching, CallFacts, CallStep, DoneStep, ScorecardOverride
from db.models.minds import ModelAnswer, ModelCall
from db.models.outgoing import CallDetails, Consent, PublishedPost, SentEmail, UnlearnedManner
from db.models.record import AuditEntry, FieldValue, Transcript, TrustThreshold
from db.models.runs import Batch, BatchFile, Run, RunOutput, RunStep, Source

__all__ = [
    "EMPTY",
    "UNFINISHED",
    "AskedQuestion",
    "AuditEntry",
    "Base",
    "Batch",
    "BatchFile",
    "CallCoaching",
    "CallDetails",
    "CallFacts",
    "CallStep",
    "ChunkVector",
    "Client",
    "ClientDecision",
    "ClientPlacing",
    "Consent",
    "Conversation",
    "CopyDue",
    "DoneStep",
    "DryRun",
    "DryRunValue",
    "FieldValue",
    "JsonObject",
    "ModelAnswer",
    "ModelCall",
    "Moment",
    "PublishedPost",
    "QuestionSetAside",
    "Run",
    "RunOutput",
    "RunStep",
    "ScorecardOverride",
    "SentEmail",
    "SettledFact",
    "Source",
    "Transcript",
    "TrustThreshold",
    "UnlearnedManner",
]
