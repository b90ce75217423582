"""The indexes over columns of the tables that need SQL to be told."""

from sqlalchemy import Index, func, text

from db.models.conversations import Conversation
from db.models.outgoing import SentEmail
from db.models.record import AuditEntry, Transcript
from db.models.runs import Batch

# What the pages filter and sort by.
Index("ix_transcripts_deal_stage", Transcript.deal_stage)
Index("ix_transcripts_outcome", Transcript.outcome)
Index("ix_transcripts_client_name", func.lower(Transcript.client_name), Transcript.id)
Index("ix_transcripts_meeting_date", Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc())
Index("ix_transcripts_deal_amount", Transcript.deal_amount.desc().nulls_last(), Transcript.id.desc())
Index("ix_transcripts_updated_at", Transcript.updated_at.desc().nulls_last(), Transcript.id.desc())
Index(
    "ix_transcripts_totals",
    Transcript.client_key,
    Transcript.meeting_date.desc().nulls_last(),
    Transcript.id.desc(),
    postgresql_include=["outcome", "deal_amount", "amount_said", "deposit_amount", "deposit_said"],
)
Index("ix_sent_emails_adviser", SentEmail.adviser, SentEmail.id.desc())
Index("ix_conversations_actor", Conversation.actor, Conversation.updated_at.desc())
Index("ix_batches_actor", Batch.actor, Batch.created_at.desc())
Index("ix_audit_external_id", AuditEntry.external_id, AuditEntry.id)
Index("ix_audit_actor", AuditEntry.actor, AuditEntry.id)
Index("ix_transcripts_conflicts", Transcript.id, postgresql_where=text("conflicts <> '{}'"))
Index("ix_transcripts_disagreements", Transcript.id, postgresql_where=text("disagreements <> '{}'"))
Index(
    "ix_transcripts_search_text",
    Transcript.search_text,
    postgresql_using="gin",
    postgresql_ops={"search_text": "gin_trgm_ops"},
)
