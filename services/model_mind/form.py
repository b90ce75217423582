"""The form that a model fills in for a call: one a playbook, with room for the words that each value comes from.

It is strict in what it shows a server (types, choices, how many) and forgiving in what it takes: what a value is worth
is decided later, by the words of the call, and one value of another type must not cost all the others.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    WithJsonSchema,
    create_model,
    model_validator,
)

from services.calls.model import Side
from services.playbooks import model as playbooks
from services.playbooks.model import FieldType, Playbook

MOST_QUOTES = 3  # as many as are asked for; more are cut off
MOST_STEPS = 10
MOST_WORDS = 10  # items of a fact that is a list
_NO_TURN = -1
Shape = dict[str, Any]

_STRING: Shape = {"type": "string"}
_STRINGS: Shape = {"type": "array", "items": _STRING, "maxItems": MOST_WORDS}
_SHAPES: dict[FieldType, tuple[str, Shape]] = {
    "text": ("Words", _STRING),
    "texts": ("List", _STRINGS),
    "phone": ("Words", _STRING),
    "state": ("Words", _STRING),
    "states": ("List", _STRINGS),
    "choice": ("Words", _STRING),
    "count": ("Count", {"type": "integer"}),
    "money": ("Amount", {"type": "number"}),
}


def _first(most: int) -> Callable[[Any], Any]:
    """The first of a list; one thing is a list of one."""
    return lambda given: [] if given is None else given[:most] if isinstance(given, list) else [given]


def _number(given: Any) -> Any:
    """A turn's number as models write it: 12, "12", "[12]"."""
    digits = "".join(filter(str.isdecimal, given)) if isinstance(given, str) else ""
    return int(digits[:9]) if digits else _NO_TURN if isinstance(given, str | None) else given


class Quoted(BaseModel):
    """Words of one turn, copied exactly."""

    turn: Annotated[int, BeforeValidator(_number)]
    quote: str

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return {"turn": _NO_TURN, "quote": given} if isinstance(given, str) else given


class Quotes(RootModel[list[Quoted]]):
    """The words that show it."""

    root: Annotated[list[Quoted], Field(max_length=MOST_QUOTES), BeforeValidator(_first(MOST_QUOTES))] = []


class _Said(BaseModel):
    quotes: Quotes = Quotes()  # first of all: a model that has looked the words up answers by them

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return given if isinstance(given, Mapping | BaseModel) else {"value": given}


class _Form(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _of_this_form(cls, given: Any) -> Any:
        """An answer may leave out what was not said, but not everything: then it is another form."""
        names = {field.alias for field in cls.model_fields.values()}
        if isinstance(given, Mapping) and names.isdisjoint(given):
            raise ValueError(f"none of the keys that were asked for is there: {', '.join(sorted(map(str, names)))}")
        return given


@lru_cache(maxsize=8)
def form_of(playbook: Playbook) -> type[BaseModel]:
    """The form for the calls of a firm. ``model_dump(by_alias=True)`` of it has the names of the record's fields."""
    parts: dict[str, Any] = {}
    made: dict[str, Any] = {}

    def add(name: str, shape: Any, label: str, default: Any) -> None:
        parts[f"part_{len(parts)}"] = (shape, Field(default, alias=name, description=label))

    for field in playbook.fields:
        shape_name, shape = _shape(field, len(parts))
        fact = made.setdefault(shape_name, _said(shape_name, shape))
        add(field.name, fact | None, field.label, None)
    if playbook.products:
        products = _list("Product", [one.name for one in playbook.products])
        add("products_discussed", products, "what was talked about of what the firm sells", [])
    if playbook.objections:
        objections = _list("Objection", [one.name for one in playbook.objections])
        add("objections", objections, "the client's concerns about buying", [])
    if playbook.outcomes:
        outcome = _said("Outcome", _choices([one.name for one in playbook.outcomes]))
        add("outcome", outcome | None, "how the call ended", None)
    add("next_steps", _some(_step(), MOST_STEPS), "what somebody said they will do", [])
    form: type[BaseModel] = create_model("CallForm", __base__=_Form, **parts)
    return form


def _shape(field: playbooks.Field, number: int) -> tuple[str, Shape]:
    """A field's shape and the name under which the schema tells it; fields of one name share it."""
    return (f"Choice{number}", _choices(field.words)) if field.words else _SHAPES[field.type]


def _choices(words: Sequence[str]) -> Shape:
    return {"type": "string", "enum": list(words)}


def _said(name: str, shape: Shape) -> Any:
    """A value of a shape, with its quotes. Any value is taken."""
    return create_model(name, __base__=_Said, value=(Annotated[Any, WithJsonSchema(shape)], None))


def _list(name: str, words: Sequence[str]) -> Any:
    return _some(_said(name, _choices(words)), len(words))


def _some(item: Any, most: int) -> Any:
    return Annotated[list[item], Field(max_length=most), BeforeValidator(_first(most))]


def _step() -> Any:
    parts: dict[str, Any] = {
        "owner": (Annotated[Any, WithJsonSchema(_choices(get_args(Side)))], None),
        "action": (Annotated[Any, WithJsonSchema(_STRING)], None),
        "due": (Annotated[Any, WithJsonSchema({"anyOf": [_STRING, {"type": "null"}]})], None),
    }
    return create_model("Step", __base__=_Said, **parts)
