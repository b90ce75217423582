"""The memory of this process: the copies of the record that the settings name, and who keeps them."""

from dataclasses import dataclass

from services.database import Database
from services.memory import embedder
from services.memory.copies import Copy, Keeper
from services.memory.engines import Engine
from services.memory.graph import engine_of
from services.memory.graph_copy import GraphCopy
from services.memory.index import Embeddings, Index
from services.memory.owner import Owner
from services.settings import Settings
from services.settings import settings as current

INDEX_FOLDER = "index"


@dataclass(frozen=True)
class Memory:
    """The copies, none of them open yet: the keeper opens them, or whoever takes the owner's place."""

    index: Index
    graph: GraphCopy
    copies: tuple[Copy, ...]
    owner: Owner
    keeper: Keeper

    def close(self) -> None:
        """Stops the keeper and lets go of the engines."""
        self.keeper.stop()


def memory_of(database: Database, settings: Settings | None = None) -> Memory:
    """The memory that the settings name. Nothing is opened or asked yet."""
    chosen = settings or current()
    owner = Owner(database, chosen.data_dir)
    builtin = Embeddings(embedder.MODEL, embedder.DIMENSION, embedder.embed_builtin)
    always = (builtin,) if chosen.embeddings else ()
    index = Index(database, lambda: _engine(chosen, owner), lambda: _embeddings(database, chosen), always)
    graph = GraphCopy(database, lambda: engine_of(chosen, owner.folder))
    copies: tuple[Copy, ...] = (index, graph)
    return Memory(index, graph, copies, owner, Keeper(database, copies, owner))


def _engine(chosen: Settings, owner: Owner) -> Engine:
    if chosen.qdrant_url is None:
        from services.memory.qdrant_embedded import EmbeddedEngine

        return EmbeddedEngine(owner.folder / INDEX_FOLDER)
    from services.memory.qdrant_server import ServerEngine  # a second to load, for those who need it

    key = chosen.qdrant_api_key
    return ServerEngine(chosen.qdrant_url, None if key is None else key.get_secret_value())


def _embeddings(database: Database, chosen: Settings) -> Embeddings | None:
    """The embeddings under which new vectors are stored; a served model's length is asked of it once."""
    if not chosen.embeddings:
        return None
    model = embedder.model_name()
    if model != embedder.MODEL and not embedder.is_served():  # no chain is in this process, which would have seen to it
        from services.language_model import LanguageModel  # half a second to load, for those who need it

        embedder.ask_through(LanguageModel(database, chosen))
    size = embedder.DIMENSION if model == embedder.MODEL else embedder.embed(["How many numbers?"]).shape[1]
    return Embeddings(model, size, embedder.embed)
