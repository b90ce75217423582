"""What a person accepts of a dry run, as the row that a run would bring."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.drafts import laid_over
from db.ledger import COACHING, CRM, EMAIL, SOCIAL
from db.models import DryRunValue, Transcript

_SUMMARY = f"{CRM}summary"
_COUNTED = f"{COACHING}measures"  # the builtin analyst's, whoever words the rest
# The note that says which mind gave a part of the call, by the paths of its fields.
_NOTES = {EMAIL: "email", SOCIAL: "social", COACHING: "coaching", _SUMMARY: "summary"}


def row_with(call: Transcript, accepted: Sequence[DryRunValue]) -> dict[str, Any]:
    """The columns of the call with the accepted values in them, as a run would bring them."""
    news = {each.field: each.new for each in accepted}
    row: dict[str, Any] = {"external_id": call.external_id}
    if crm := _under(CRM, news):
        row["crm_data"] = crm
    if parts := _under(EMAIL, news):
        row["email_draft"] = laid_over(call.proposed.get("email_draft", call.email_draft), parts)
    if posts := _under(SOCIAL, news):
        row["social_content"] = _with_posts(call.proposed.get("social_content", call.social_content), posts)
    if coaching := _under(COACHING, news):
        row["coaching"] = {**(call.coaching if isinstance(call.coaching, dict) else {}), **coaching}
    if found := [each.found for each in accepted if each.found]:
        row["extracted_data"] = _with_found(call.extracted_data, found)
    row["minds"] = _notes(accepted)
    return row


def _notes(accepted: Sequence[DryRunValue]) -> dict[str, Any]:
    """Which mind gave the parts that the accepted values are of, as the call's row keeps it.

    That an extraction has a model's values stays noted where some of the builtin analyst's are accepted into it.
    """
    notes: dict[str, Any] = {}
    for each in accepted:
        proof = each.new_proof
        if each.field != _COUNTED:
            notes |= {name: _note(proof) for part, name in _NOTES.items() if each.field.startswith(part)}
        if each.field.startswith(CRM) and each.field != _SUMMARY:
            for one in (proof, proof.get("beside") or {}):
                if one.get("source") == "model":
                    notes["extraction"] = _note(one)
    return notes


def _note(proof: Mapping[str, Any]) -> dict[str, Any]:
    if proof["source"] != "model":
        return {"source": "builtin"}
    return {"source": "model", "model": proof["mind"], "prompt_hash": proof["prompt_hash"]}


def _under(prefix: str, news: Mapping[str, Any]) -> dict[str, Any]:
    return {field.removeprefix(prefix): value for field, value in news.items() if field.startswith(prefix)}


def _with_posts(content: Any, posts: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(content) if isinstance(content, dict) else {}
    entries = [dict(each) for each in whole.get("posts") or () if isinstance(each, dict)]
    for channel, post in posts.items():
        known = next((each for each in entries if each.get("channel") == channel), None)
        if known is None:
            known = {"channel": channel}
            entries.append(known)
        known.update(post or {})
    return {**whole, "posts": entries}


def _with_found(extracted: Any, found: Sequence[Any]) -> dict[str, Any]:
    whole = dict(extracted) if isinstance(extracted, dict) else {}
    kept: dict[str, dict[str, Any]] = {key: dict(whole.get(key) or {}) for key in ("facts", "beside")}
    for part in found:
        for key, values in kept.items():
            values |= part.get(key) or {}
        whole |= {key: value for key, value in part.items() if key not in kept}
    kept["beside"] = {name: fact for name, fact in kept["beside"].items() if fact is not None}
    rest = {key: value for key, value in whole.items() if key not in kept}
    return rest | {key: values for key, values in kept.items() if values}
