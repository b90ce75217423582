"""Which mind does what under these settings, in words; and the lines of .env that would give a server the work."""

from dataclasses import dataclass

from services.memory import embedder
from services.settings import Settings
from services.settings_view import address
from services.wording import listed

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True)
class ActiveMind:
    """Who does a task. ``model`` is None where the builtin one does it alone."""

    task: str
    model: str | None
    words: str


def server_of(chosen: Settings) -> str:
    """The server that is asked, without anything secret."""
    return address(chosen.openai_base_url or OPENAI)


def models_of(chosen: Settings) -> list[str]:
    """The models that are asked in words, each once: the one that reads calls first."""
    named = (chosen.model_extract, chosen.model_write, chosen.model_plan)
    return list(dict.fromkeys(name or chosen.model for name in named))


def active_minds(chosen: Settings) -> list[ActiveMind]:
    """Who reads calls, writes, plans the copilot's answers and embeds."""
    return [
        _thinker(chosen, "Reading calls", chosen.model_extract, _READS),
        _thinker(chosen, "E-mails, posts and coaching", chosen.model_write, _WRITES),
        _thinker(chosen, "The copilot's answers", chosen.model_plan, _PLANS),
        _embedder(chosen),
    ]


_READS = (
    "Both the model and the builtin analyst read each call, and every value is held against the words of the call.",
    "The builtin analyst.",
)
_WRITES = (
    "The model writes from verified values, sentence by sentence checked; where it fails, the builtin analyst does.",
    "The builtin analyst.",
)
_PLANS = ("The model; where it fails, the builtin rules.", "Builtin rules.")


def _thinker(chosen: Settings, task: str, other: str | None, words: tuple[str, str]) -> ActiveMind:
    if not chosen.thinks_with_a_model:
        return ActiveMind(task, None, words[1])
    return ActiveMind(task, other or chosen.model, words[0])


def _embedder(chosen: Settings) -> ActiveMind:
    task = "Search by meaning"
    if not chosen.embeddings:
        return ActiveMind(task, None, "Nobody: EMBEDDINGS is false, so search goes by words alone.")
    if embedder.model_name() != embedder.MODEL:
        return ActiveMind(
            task, chosen.model_embed, "The server's model; where it fails, the builtin one does that call."
        )
    why = ""
    if chosen.model_embed and chosen.thinks_with_a_model:
        why = " MODEL_EMBED is left alone, for MODEL_REDACT keeps passages on this machine."
    elif chosen.model_embed:
        why = " MODEL_EMBED needs a server: set OPENAI_API_KEY or OPENAI_BASE_URL."
    return ActiveMind(task, None, f"The builtin embedding model.{why}")


def limits(chosen: Settings) -> list[str]:
    """What holds the model back, a sentence each."""
    told = [f"A run may use {chosen.model_tokens_per_call:,} tokens."]
    if chosen.model_money_per_month is not None:
        told.append(f"A month may cost ${chosen.model_money_per_month:,.2f}.")
    if chosen.model_requests_per_minute is not None:
        told.append(f"At most {chosen.model_requests_per_minute:,} questions a minute.")
    told.append(f"An answer may take {chosen.model_timeout:g} seconds.")
    served = [] if embedder.model_name() == embedder.MODEL else [embedder.model_name()]
    unpriced = [name for name in [*models_of(chosen), *served] if name not in chosen.model_prices]
    if unpriced:
        told.append(f"MODEL_PRICES has no price of {listed(dict.fromkeys(unpriced))}: tokens are counted, dollars not.")
    if chosen.model_redact:
        told.append("Names, phones, accounts and addresses are replaced by marks before words leave.")
    else:
        told.append(
            "Words leave as they were said; MODEL_REDACT=true would replace names, phones and addresses by marks."
        )
    return told


# What to write into .env, by the server; the same lines as in docs/models.md.
RECIPES: dict[str, str] = {
    "OpenAI": "OPENAI_API_KEY=sk-...\nMODEL=gpt-5-mini\nMODEL_CONTEXT=128000",
    "Azure OpenAI": "OPENAI_API_KEY=...\nOPENAI_BASE_URL=https://YOUR-RESOURCE.openai.azure.com/openai/v1/\n"
    "MODEL=your-deployment\nMODEL_CONTEXT=128000",
    "Ollama": "OPENAI_BASE_URL=http://localhost:11434/v1\nMODEL=qwen3:8b\nMODEL_CONTEXT=32768\nMODEL_CONCURRENCY=1\n"
    "MODEL_TIMEOUT=600",
    "vLLM": "OPENAI_API_KEY=a-key-of-yours\nOPENAI_BASE_URL=http://localhost:8000/v1\nMODEL=Qwen/Qwen3-8B\n"
    "MODEL_CONTEXT=32768",
    "llama.cpp": "OPENAI_API_KEY=a-key-of-yours\nOPENAI_BASE_URL=http://localhost:8080/v1\nMODEL=qwen3-8b\n"
    "MODEL_CONTEXT=32768\nMODEL_CONCURRENCY=1\nMODEL_TIMEOUT=600",
    "LM Studio": "OPENAI_BASE_URL=http://localhost:1234/v1\nMODEL=qwen3-8b\nMODEL_CONTEXT=32768\nMODEL_CONCURRENCY=1\n"
    "MODEL_TIMEOUT=600",
}
