"""Every statement that changes the graph: one set of openCypher for the embedded engine and for Neo4j.

Labels and kinds stand in the text, out of graph_model's own lists; everything else is a parameter. A pattern begins at
the node whose key is known.
"""

from services.memory.graph_model import KINDS, LABELS, OF_HOUSEHOLD, Kind, Label

_HOUSEHOLDS = "|".join(OF_HOUSEHOLD)

# One of these a label, run when a graph is opened. What was there stays.
CONSTRAINTS = tuple(
    f"CREATE CONSTRAINT {label.lower()}_key IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE" for label in LABELS
)

# The nodes that calls hold on to, before the calls are taken out: they may have to go with them.
NEIGHBOURS = (
    "UNWIND $meetings AS meeting MATCH (m:Meeting {key: meeting})--(n)"
    " RETURN DISTINCT labels(n) AS labels, n.key AS key"
)
BELONGINGS = (
    f"UNWIND $meetings AS meeting MATCH (m:Meeting {{key: meeting}})<-[:HAD]-(c:Client)-[r:{_HOUSEHOLDS}]->(n)"
    " WHERE r.meeting = meeting RETURN DISTINCT labels(n) AS labels, n.key AS key"
)
DROP_BELONGINGS = (
    f"UNWIND $meetings AS meeting MATCH (m:Meeting {{key: meeting}})<-[:HAD]-(c:Client)-[r:{_HOUSEHOLDS}]->(n)"
    " WHERE r.meeting = meeting DELETE r"
)
DROP_MEETINGS = "UNWIND $meetings AS meeting MATCH (m:Meeting {key: meeting}) DETACH DELETE m"

# What `doctor` compares and a rebuild begins with.
MEETINGS = "MATCH (m:Meeting) RETURN m.key AS key"
COUNT_OF = {label: f"MATCH (n:{label}) RETURN count(n) AS count" for label in LABELS}
EDGES_OF = {kind: f"MATCH (:{ends[0][0]})-[r:{kind}]->() RETURN count(r) AS count" for kind, ends in KINDS.items()}
CLEAR = {label: f"MATCH (n:{label}) WITH n LIMIT 10000 DETACH DELETE n" for label in LABELS}


def put_nodes(label: Label) -> str:
    """Makes or updates nodes: ``rows`` of ``key`` and ``props``.

    The embedded engine knows a node by its label and ``id``. Left to itself it numbers them, counts on from too low a
    number once it was opened again, and refuses what it made so; hence the id is ours. To a server it is a property.
    """
    return f"UNWIND $rows AS row MERGE (n:{label} {{key: row.key, id: row.key}}) SET n += row.props"


def put_edges(kind: Kind, source: Label, target: Label) -> str:
    """Makes edges: ``rows`` of ``source`` and ``target`` keys and ``props``."""
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{key: row.source}}) MATCH (b:{target} {{key: row.target}})"
        f" CREATE (a)-[r:{kind}]->(b) SET r += row.props"
    )


def prune(label: Label) -> str:
    """Takes those of the nodes with ``keys`` away that nothing holds on to any more."""
    return f"UNWIND $keys AS key MATCH (n:{label} {{key: key}}) WHERE NOT (n)--() DELETE n"
