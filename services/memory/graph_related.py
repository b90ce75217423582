"""Clients who have something in common with one: a product, a business, an adviser."""

from typing import Literal

from services.memory.graph import Graph
from services.memory.graph_model import client_key
from services.memory.graph_results import RelatedClient, all_sources, by_name

By = Literal["product", "business", "adviser"]
MOST = 20

_SHARED: dict[By, str] = {
    "product": "MATCH (c:Client {key: $client})-[:HAD]->(:Meeting)-[:DISCUSSED]->(s:Product)",
    "business": "MATCH (c:Client {key: $client})-[:OWNS]->(s:Business)",
    "adviser": "MATCH (c:Client {key: $client})-[:HAD]->(:Meeting)<-[:LED]-(s:Adviser)",
}
_OTHERS: dict[By, str] = {
    "product": " MATCH (s)<-[:DISCUSSED]-(:Meeting)<-[:HAD]-(d:Client)",
    "business": " MATCH (s)<-[:OWNS]-(d:Client)",
    "adviser": " MATCH (s)-[:LED]->(:Meeting)<-[:HAD]-(d:Client)",
}
_RANKED = (
    " WHERE d.key <> $client RETURN d.key AS client, count(DISTINCT s) AS shared"
    " ORDER BY shared DESC, size(client), client LIMIT $most"
)
# Where it is said of the others, which are few by now.
_TOLD: dict[By, str] = {
    "product": (
        "UNWIND $others AS other MATCH (d:Client {key: other})-[:HAD]->(m:Meeting)-[r:DISCUSSED]->(s:Product)"
        " WHERE s.key IN $shared RETURN other AS client, d.name AS name, s.name AS shared, m.call_id AS call_id,"
        " r.quotes AS quotes, r.turns AS turns ORDER BY shared, call_id"
    ),
    "business": (
        "UNWIND $others AS other MATCH (d:Client {key: other})-[r:OWNS]->(s:Business)"
        " WHERE s.key IN $shared RETURN other AS client, d.name AS name, s.name AS shared, r.call_id AS call_id,"
        " r.quotes AS quotes, r.turns AS turns ORDER BY shared, call_id"
    ),
    "adviser": (
        "UNWIND $others AS other MATCH (d:Client {key: other})-[:HAD]->(m:Meeting)<-[:LED]-(s:Adviser)"
        " WHERE s.key IN $shared RETURN other AS client, d.name AS name, s.name AS shared, m.call_id AS call_id"
        " ORDER BY shared, call_id"
    ),
}


def related_clients(graph: Graph, client: int, by: By, *, most: int = MOST) -> list[RelatedClient]:
    """Clients who share products, businesses or advisers with one; who shares most first."""
    key = client_key(client)
    shared = [row["key"] for row in graph.ask(_SHARED[by] + " RETURN DISTINCT s.key AS key", client=key)]
    if not shared:
        return []
    ranked = graph.ask(_SHARED[by] + " WITH DISTINCT s" + _OTHERS[by] + _RANKED, client=key, most=most)
    others = [row["client"] for row in ranked]
    told = graph.ask(_TOLD[by], others=others, shared=shared) if others else []
    found = {of: rows for (of,), rows in by_name(told, "client")}
    return [
        RelatedClient(
            int(other),
            found[other][0]["name"],
            by,
            tuple(dict.fromkeys(row["shared"] for row in found[other])),
            all_sources(found[other]),
        )
        for other in others
        if other in found
    ]
