"""The questions that the graph answers, each with a name, typed parameters and typed results that carry their sources.

A client is given by its household's id (services.clients). Results are limited, the newest call or the larger number
first. Every function may raise GraphUnavailable and GraphFails. docs/graph.md lists them.
"""

from services.memory.graph import Graph
from services.memory.graph_model import client_key, folded
from services.memory.graph_results import (
    ClientAdviser,
    ClientMeeting,
    FoundClient,
    Holding,
    HouseholdPerson,
    ObjectionOutcome,
    ProductPair,
    RaisedObjection,
    Row,
    all_sources,
    by_name,
    examples_of,
    sources_of,
    turn_of,
)

MOST = 50
_EXAMPLES = 3  # calls that are named for a number of them

_RAISED = (
    " RETURN c.key AS client, c.name AS client_name, m.call_id AS call_id, coalesce(m.date, '') AS date,"
    " o.name AS category, r.quotes AS quotes, r.turns AS turns, r.answer AS answer, r.answer_turn AS answer_turn,"
    " r.ended AS ended ORDER BY date DESC, call_id, category LIMIT $most"
)
_OF_CLIENT = "MATCH (c:Client {key: $client})-[:HAD]->(m:Meeting)-[r:RAISED]->(o:Objection)"
_OF_CATEGORY = "MATCH (o:Objection {key: $category})<-[r:RAISED]-(m:Meeting)<-[:HAD]-(c:Client)"


def objections_of_client(graph: Graph, client: int, *, most: int = MOST) -> list[RaisedObjection]:
    """Which objections a client raised, and what was answered."""
    return [_raised(row) for row in graph.ask(_OF_CLIENT + _RAISED, client=client_key(client), most=most)]


def who_raised(
    graph: Graph, category: str, *, but: int | None = None, ended: str | None = None, most: int = MOST
) -> list[RaisedObjection]:
    """Who raised an objection, but for one client, and how their calls ended; with ``ended`` only those that did so."""
    where = " WHERE c.key <> $client" if ended is None else " WHERE c.key <> $client AND r.ended = $ended"
    key = "" if but is None else client_key(but)
    told = {} if ended is None else {"ended": ended}
    rows = graph.ask(_OF_CATEGORY + where + _RAISED, category=folded(category), client=key, most=most, **told)
    return [_raised(row) for row in rows]


def _raised(row: Row) -> RaisedObjection:
    return RaisedObjection(
        client=int(row["client"]),
        client_name=row["client_name"],
        call=row["call_id"],
        date=row["date"] or None,
        category=row["category"],
        answer=row["answer"],
        answer_turn=turn_of(row["answer_turn"]),
        ended=row["ended"],
        sources=sources_of(row),
    )


def objections_by_outcome(graph: Graph, *, most: int = 200) -> list[ObjectionOutcome]:
    """How calls ended in which each objection was raised; the most frequent first."""
    return [
        ObjectionOutcome(row["category"], row["ended"] or None, int(row["count"]), examples_of(row))
        for row in graph.ask(_BY_OUTCOME, most=most)
    ]


_BY_OUTCOME = (
    "MATCH (o:Objection)<-[r:RAISED]-(m:Meeting)"
    " RETURN o.name AS category, coalesce(r.ended, '') AS ended, count(m) AS count,"
    f" collect(m.call_id)[0..{_EXAMPLES}] AS calls, collect(coalesce(r.turn, -1))[0..{_EXAMPLES}] AS turns"
    " ORDER BY count DESC, category, ended LIMIT $most"
)


def advisers_of(graph: Graph, client: int, *, most: int = MOST) -> list[ClientAdviser]:
    """Which of the firm's people a client spoke with; who was in most calls first."""
    rows = graph.ask(_ADVISERS, client=client_key(client), most=20 * most)
    found = [
        ClientAdviser(name, len(of), sum(bool(row["main"]) for row in of), all_sources(of))
        for (name,), of in by_name(rows, "name")
    ]
    return sorted(found, key=lambda each: (-each.calls, -each.main, each.name))[:most]


_ADVISERS = (
    "MATCH (c:Client {key: $client})-[:HAD]->(m:Meeting)<-[l:LED]-(a:Adviser)"
    " RETURN a.name AS name, l.main AS main, m.call_id AS call_id, coalesce(m.date, '') AS date"
    " ORDER BY date DESC, call_id, name LIMIT $most"
)


def household_of(graph: Graph, client: int) -> list[HouseholdPerson]:
    """The people of a client's household: every spouse that was named, and as many children as the newest call says."""
    key = client_key(client)
    spouses = graph.ask(_SPOUSES, client=key)
    people = [
        HouseholdPerson(name, "spouse", of[0]["state"], all_sources(of)) for (name,), of in by_name(spouses, "name")
    ]
    rows = graph.ask(_CHILDREN, client=key)
    newest = [row for row in rows if row["call_id"] == rows[0]["call_id"]]
    return people + [HouseholdPerson(row["name"], "child", row["state"], sources_of(row)) for row in newest]


_PERSON = (
    " RETURN p.name AS name, p.key AS key, r.state AS state, r.call_id AS call_id, r.quotes AS quotes,"
    " r.turns AS turns, coalesce(r.date, '') AS date ORDER BY date DESC, call_id, size(key), key"
)
_SPOUSES = "MATCH (c:Client {key: $client})-[r:MARRIED_TO]->(p:Person)" + _PERSON
_CHILDREN = "MATCH (c:Client {key: $client})-[r:PARENT_OF]->(p:Person)" + _PERSON


def holdings_of(graph: Graph, client: int) -> list[Holding]:
    """What a client owns, as any of its calls says; properties first."""
    key = client_key(client)
    places = by_name(graph.ask(_PROPERTIES, client=key), "key", "name", "state")
    found = [Holding(name, "property", state, all_sources(of)) for (_, name, state), of in places]
    businesses = by_name(graph.ask(_BUSINESSES, client=key), "name")
    return found + [Holding(name, "business", None, all_sources(of)) for (name,), of in businesses]


_PROPERTIES = (
    "MATCH (c:Client {key: $client})-[r:OWNS]->(p:Property) RETURN p.key AS key, p.name AS name, p.state AS state,"
    " r.call_id AS call_id, r.quotes AS quotes, r.turns AS turns ORDER BY key, call_id"
)
_BUSINESSES = (
    "MATCH (c:Client {key: $client})-[r:OWNS]->(b:Business) RETURN b.name AS name,"
    " r.call_id AS call_id, r.quotes AS quotes, r.turns AS turns ORDER BY name, call_id"
)


def products_together(graph: Graph, product: str | None = None, *, most: int = MOST) -> list[ProductPair]:
    """Which products are talked about in the same call: with one product, or any two; the most frequent first."""
    if product is None:
        rows = graph.ask(_ANY_TWO, most=most)
    else:
        rows = graph.ask(_WITH_ONE, product=folded(product), most=most)
    return [ProductPair(row["one"], row["other"], int(row["count"]), examples_of(row)) for row in rows]


_PAIR = (
    f" RETURN p.name AS one, q.name AS other, count(m) AS count, collect(m.call_id)[0..{_EXAMPLES}] AS calls,"
    f" collect(coalesce(d.turn, -1))[0..{_EXAMPLES}] AS turns ORDER BY count DESC, one, other LIMIT $most"
)
_WITH_ONE = (
    "MATCH (p:Product {key: $product})<-[:DISCUSSED]-(m:Meeting)-[d:DISCUSSED]->(q:Product) WHERE q.key <> p.key"
    + _PAIR
)
_ANY_TWO = "MATCH (p:Product)<-[:DISCUSSED]-(m:Meeting)-[d:DISCUSSED]->(q:Product) WHERE p.key < q.key" + _PAIR


def meetings_of(graph: Graph, client: int, *, most: int = MOST) -> list[ClientMeeting]:
    """A client's calls, the newest first."""
    rows = graph.ask(_MEETINGS, client=client_key(client), most=most)
    return [
        ClientMeeting(row["call_id"], row["date"] or None, row["title"], row["outcome"], row["stage"], row["amount"])
        for row in rows
    ]


_MEETINGS = (
    "MATCH (c:Client {key: $client})-[:HAD]->(m:Meeting) RETURN m.call_id AS call_id, coalesce(m.date, '') AS date,"
    " m.name AS title, m.outcome AS outcome, m.stage AS stage, m.amount AS amount"
    " ORDER BY date DESC, call_id LIMIT $most"
)


def find_clients(graph: Graph, words: str, *, most: int = 20) -> list[FoundClient]:
    """Clients of whose name every one of the words is a part; case does not matter."""
    asked = words.lower().split()
    if not asked:
        return []
    rows = graph.ask(_BY_WORDS, words=asked, most=most)
    return [FoundClient(int(row["client"]), row["name"], row["state"]) for row in rows]


_BY_WORDS = (
    "MATCH (c:Client) WHERE all(word IN $words WHERE toLower(c.name) CONTAINS word)"
    " RETURN c.key AS client, c.name AS name, c.state AS state ORDER BY name, client LIMIT $most"
)
