"""The map of a household: nodes as buttons around it, joined by lines; a list where there is little room."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.text import shorten
from services.client_map import GROUPS, Node

_ASSETS = Path(__file__).resolve().parent / "assets"
_LEFT = GROUPS[:2]
_HTML = """
<div class="map" role="group" aria-label="Map of the household">
  <svg class="lines" aria-hidden="true"></svg>
  <div class="side left"></div>
  <div class="hub"></div>
  <div class="side right"></div>
</div>
<ul class="legend" aria-label="What the colours mean"></ul>
<span class="told" role="status" aria-live="polite"></span>
"""
_COMPONENT = st.components.v2.component(
    "aftercall_client_map",
    html=_HTML,
    css=(_ASSETS / "client_map.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "client_map.js").read_text(encoding="utf-8"),
)


def client_map(name: str, nodes: Sequence[Node], chosen: str | None, *, key: str, state: str, panel: str) -> None:
    """Draws the map. A click or Enter on a node puts its id into the session's ``state``.

    ``panel`` is the key of the container that shows the chosen node; in a narrow window it is brought into view.
    Words of calls are set as text, never as HTML.
    """
    known = {node.id for node in nodes}

    def tell() -> None:
        picked = st.session_state[key].picked
        if picked in known:
            st.session_state[state] = picked

    _COMPONENT(key=key, data=drawn(name, nodes, chosen, panel), on_picked_change=tell)


def drawn(name: str, nodes: Sequence[Node], chosen: str | None, panel: str) -> dict[str, Any]:
    """What the browser draws: plain values only."""
    groups = [
        {
            "name": group,
            "side": "left" if group in _LEFT else "right",
            "nodes": [_told(node) for node in nodes if node.group == group],
        }
        for group in GROUPS
    ]
    return {
        "hub": shorten(name, 60),
        "groups": [group for group in groups if group["nodes"]],
        "chosen": chosen,
        "panel": panel,
        "claimed": any(node.kind == "claimed" for node in nodes),
    }


def _told(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "label": node.label,
        "words": node.words,
        "kind": node.kind,
        "disagrees": node.disagrees,
    }
