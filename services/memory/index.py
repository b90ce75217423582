"""The index: the record's passages by meaning and by words, under one embedding model at a time.

A collection is named after the model, the length of its vectors and the making of its passages. Where one of these
changes, a new collection is made beside the old one, which answers meanwhile; then the new one answers and the old one
goes.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from db import copies as stored
from db import transcripts
from db.copies import CopiedCall, CopyName
from services.database import Database, translated
from services.memory.engines import Collection, Engine, Found, IndexUnavailable, OwnFolder, Point, Stems, Wanted
from services.memory.passages import Passage, passages_of, stamp_of
from services.memory.qdrant_words import stems_of_passage

MAKING = 1  # of the passages: another number for whatever makes them otherwise
WORDS_ALONE = "words"
MOST_REFUSED = 3  # writes in a row that files of ours may refuse before they are begun anew
_MORE = 1_000  # calls that it may hold beside those of the record, and still be told of
Numbers = npt.NDArray[np.float32]
log = logging.getLogger("aftercall.index")


@dataclass(frozen=True)
class Embeddings:
    """The model whose vectors the index keeps, and the way to have texts embedded. ``size`` numbers a vector."""

    model: str
    size: int
    embed: Callable[[Sequence[str]], Numbers]


def name_of(embeddings: Embeddings | None) -> str:
    """The name of the collection under these embeddings; None: words alone."""
    if embeddings is None:
        return f"{WORDS_ALONE}-{MAKING}"
    model = re.sub(r"[^a-z0-9.]+", "-", embeddings.model.lower()).strip("-")[:120]
    return f"{model}-{embeddings.size}-{MAKING}"


class Index:
    """The copy of the record that is searched. One thread writes it, any may search it.

    ``embeddings`` is asked once, when the index is opened; it gives None where search by meaning is switched off.
    ``always`` are embeddings that can be asked for at any time: an old collection that was made with them answers in
    full while another one is made.
    """

    name: CopyName = "index"

    def __init__(
        self,
        database: Database,
        engine: Callable[[], Engine],
        embeddings: Callable[[], Embeddings | None],
        always: Sequence[Embeddings] = (),
    ) -> None:
        self._database = database
        self._always = always
        self._make_engine, self._ask_embeddings = engine, embeddings
        self._engine: Engine | None = None
        self._embeddings: Embeddings | None = None
        self._active: Collection | None = None
        self._serving: Collection | None = None
        self._opening = threading.Lock()
        self._refused = 0

    # As a copy of the record

    def begin(self) -> bool:
        """Opens it; see Copy. Files of ours that can't be used are begun anew."""
        with self._opening:
            if self._engine is None:
                self._engine = self._make_engine()
            engine, self._embeddings = self._engine, self._ask_embeddings()
            try:
                if self._refused >= MOST_REFUSED:
                    raise IndexUnavailable(f"The embedded index refused what was to be written {self._refused} times")
                return self._begun(engine)
            except IndexUnavailable as error:
                if not isinstance(engine, OwnFolder):
                    raise
                engine.begin_anew(str(error))
            self._refused = 0
            return self._begun(engine)

    def _begun(self, engine: Engine) -> bool:
        name, names = name_of(self._embeddings), engine.names()
        size = None if self._embeddings is None else self._embeddings.size
        self._active = engine.open(name, size)
        old = engine.serving()
        if old in (None, name) or old not in names:
            self._serving = self._active
        else:
            self._serving = engine.open(str(old), size)
            log.warning("The index is made anew for %s; %s answers meanwhile.", name, old)
        if isinstance(engine, OwnFolder):
            _try_out(self._active, size)
        return name not in names or self._active.count() == 0

    def write(self, calls: Sequence[CopiedCall]) -> None:
        """Writes what is new or changed of the calls, and takes out what they say no more; see Copy."""
        active, serving = self._opened()
        passages = [passage for call in calls for passage in passages_of(call)]
        ids = [call.id for call in calls]
        with self._counting_refusals():
            self._replace(active, ids, passages, self._embeddings)
            if serving is not active:
                self._replace(serving, ids, passages, self._made_with(serving))

    def forget(self, ids: Sequence[int]) -> None:
        """Takes calls out; see Copy."""
        collections = set(self._opened())
        with self._counting_refusals():
            for collection in collections:
                collection.forget(ids)

    @contextmanager
    def _counting_refusals(self) -> Iterator[None]:
        """Counts how often in a row a write was refused; a server that is away is no matter of counting."""
        try:
            yield
        except IndexUnavailable:
            self._refused += isinstance(self._engine, OwnFolder)
            raise
        self._refused = 0

    def clear(self) -> None:
        """Takes everything out; see Copy."""
        self._opened()
        with self._opening:
            engine = self._engine_opened()
            for name in engine.names():
                engine.drop(name)
            size = None if self._embeddings is None else self._embeddings.size
            self._active = self._serving = engine.open(name_of(self._embeddings), size)

    def caught_up(self) -> None:
        """Lets the collection of the model in use answer, and takes the others away; see Copy."""
        active, _ = self._opened()
        with self._opening:
            engine = self._engine_opened()
            if engine.serving() != active.name:
                engine.serve(active.name)
            self._serving = active
            for name in engine.names():
                if name != active.name:
                    engine.drop(name)
        active.shed()

    def holds(self) -> set[int]:
        """The calls that it holds; see Copy."""
        with translated(), self._database.session() as session:
            most = transcripts.count(session) + _MORE
        return {int(each) for each in self._opened()[0].values("transcript", most)}

    def known(self) -> Mapping[int, str]:
        """The stamp of every call it holds; see Copy."""
        active, _ = self._opened()
        pairs: dict[int, list[tuple[str, str, str]]] = {}
        for each in active.held():
            pairs.setdefault(each.transcript_id, []).append((each.id, each.hash, each.facts_hash))
        return {transcript: stamp_of(iter(mine)) for transcript, mine in pairs.items()}

    def stamp(self, call: CopiedCall) -> str:
        """The stamp of a call as it stands; see Copy. "" where nothing of it can be found."""
        payloads = [(passage.id, passage.payload) for passage in passages_of(call)]
        mine = [(key, payload["hash"], payload["facts_hash"]) for key, payload in payloads]
        return stamp_of(iter(mine)) if mine else ""

    def close(self) -> None:
        """Lets go of the engine; see Copy."""
        with self._opening:
            engine, self._engine = self._engine, None
            self._active = self._serving = None
            if engine is not None:
                engine.close()

    def put_points(self, points: Sequence[Point]) -> None:
        """Writes points as they are, whatever the record says: for measurements."""
        self._opened()[0].put(points)

    # For search

    @property
    def by_meaning(self) -> Embeddings | None:
        """The embeddings of what answers now; None where it has none, or none that can be asked for."""
        return self._made_with(self._opened()[1])

    def nearest(self, dense: Sequence[float], wanted: Wanted, limit: int) -> list[Found]:
        """The passages nearest in meaning to a vector of ``by_meaning``."""
        return self._opened()[1].nearest(dense, wanted, limit)

    def worded(self, stems: Stems, wanted: Wanted, limit: int) -> list[Found]:
        """The passages that hold the words, by BM25, with their stems."""
        return self._opened()[1].worded(stems, wanted, limit)

    def values(self, field: str, limit: int) -> list[str]:
        """The values that passages have of a field of KEYWORDS (services/memory/engines.py), the most common first."""
        return self._opened()[1].values(field, limit)

    def count(self) -> int:
        """How many passages can be found."""
        return self._opened()[1].count()

    def _opened(self) -> tuple[Collection, Collection]:
        active, serving = self._active, self._serving
        if active is None or serving is None:
            raise IndexUnavailable("The index is not open yet.", remedy="Try again in a moment.")
        return active, serving

    def _made_with(self, collection: Collection) -> Embeddings | None:
        """The embeddings of a collection, where they can be asked for now."""
        known = [self._embeddings, *self._always]
        return next((each for each in known if each is not None and name_of(each) == collection.name), None)

    def _engine_opened(self) -> Engine:
        if self._engine is None:
            raise IndexUnavailable("The index is not open yet.", remedy="Try again in a moment.")
        return self._engine

    def _replace(
        self, collection: Collection, ids: Sequence[int], passages: Sequence[Passage], embeddings: Embeddings | None
    ) -> None:
        """Makes a collection hold these passages of these calls; what is there unchanged is not written again."""
        before = {each.id: each for each in collection.held(ids)}
        payloads = {passage.id: passage.payload for passage in passages}
        new = [each for each in passages if each.id not in before or before[each.id].hash != payloads[each.id]["hash"]]
        collection.drop([each for each in before if each not in payloads])
        dense = self._vectors(new, embeddings)
        collection.put(
            [
                Point(each.id, vector, stems_of_passage(each.words), payloads[each.id])
                for each, vector in zip(new, dense, strict=True)
            ]
        )
        written = {each.id for each in new}
        moved: dict[int, list[Passage]] = {}
        for each in passages:
            if each.id not in written and before[each.id].facts_hash != payloads[each.id]["facts_hash"]:
                moved.setdefault(each.transcript_id, []).append(each)
        for others in moved.values():
            facts = {**others[0].facts, "facts_hash": payloads[others[0].id]["facts_hash"]}
            collection.set_facts([each.id for each in others], facts)

    def _vectors(self, passages: Sequence[Passage], embeddings: Embeddings | None) -> list[list[float] | None]:
        """The passages' vectors: the record's where it has them, else made now."""
        if embeddings is None or not passages:
            return [None] * len(passages)
        ids = {passage.transcript_id for passage in passages}
        with translated(), self._database.session() as session:
            known = {
                digest: np.frombuffer(vector, dtype="<f4").tolist()
                for digest, vector in stored.vectors(session, ids, embeddings.model).items()
            }
        missing = {each.meaning_hash: each.meaning for each in passages if each.meaning_hash not in known}
        if missing:
            made = embeddings.embed(list(missing.values()))
            known |= dict(zip(missing, made.tolist(), strict=True))
        return [known[each.meaning_hash] for each in passages]


def _try_out(collection: Collection, size: int | None) -> None:
    """Asks a collection once by words and by meaning, which reads what it keeps. Raises IndexUnavailable."""
    collection.worded(stems_of_passage("trust"), Wanted(), 1)
    if size is not None:
        collection.nearest([1.0] * size, Wanted(), 1)
    next(iter(collection.held()), None)
