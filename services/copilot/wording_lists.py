"""The sentences of groups, lists and next steps: each with its sources and with what it is of."""

from collections.abc import Iterator

from services.copilot import phrases
from services.copilot.contract import MOST_CALLS, Sentence, Source, State
from services.copilot.proof import CallProof
from services.copilot.results import GroupsFound, ListFound, StepsFound
from services.copilot.vocabulary import Terms
from services.copilot.wording_crm import beyond, names_of, state_of
from services.json_words import finite, plain
from services.wording import counted, listed, long_date, money

_LISTS = ("products_discussed", "objections")
_MOST_NAMED = 12
_FEW_ROWS = 6  # calls of a list whose words are told


class ListWords:
    """Words groups, lists and steps."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    # Groups

    def groups(self, found: GroupsFound) -> Iterator[Sentence]:
        """A sentence a group, the first one first."""
        asked = found.asked
        where = phrases.where_words(self.terms, asked.where)
        if not found.groups:
            yield Sentence(text=f"No call{f' {where}' if where else ''} tells that.")
            return
        if asked.absent:
            yield self._absent(found)
            return
        best = found.groups[0]
        if not asked.share and asked.measure == "count":
            tied = [key for key, figure, _ in found.groups if figure.calls == best[1].calls]
            ties = [self._key(asked.by, key) for key in tied]
            last = "least" if asked.least else "most"
            of = f"{best[1].calls:,} of {counted(found.total, 'call')}{f' {where}' if where else ''}"
            come, each = ("comes", "") if len(ties) == 1 else ("come", " each")
            text = f"{listed(ties)} {come} up {last} often, in {of}{each}."
            sources = [source for key in tied for source in self._group_sources(found, key)]
            yield Sentence(text=text, sources=tuple(sources[:MOST_CALLS]), state="supported" if sources else "plain")
        if asked.share:
            clause = phrases.where_words(self.terms, beyond(asked.where, asked.of))
            yield Sentence(text=f"Calls {clause}, out of {counted(found.total, 'call')}:")
        if asked.measure == "count" and not asked.share and len(found.groups) > 1:
            yield Sentence(text=f"There are {len(found.groups)} in all.")
        for key, figure, whole in found.groups:
            if asked.share and whole is not None:
                share = phrases.percent(figure.calls, whole.calls)
                text = f"{self._key(asked.by, key)}: {figure.calls:,} of {counted(whole.calls, 'call')} ({share})."
            elif asked.measure == "count":
                text = f"{self._key(asked.by, key)}: {counted(figure.calls, 'call')}."
            else:
                value = phrases.number_words(self.terms, asked.field, figure.value)
                name = phrases.measure_words(self.terms, asked.measure, asked.field)
                known = phrases.known_words(figure, "clients")
                text = f"{self._key(asked.by, key)}: {name} {value} ({known})."
            sources = self._group_sources(found, key)
            yield Sentence(text=text, sources=tuple(sources), state="supported" if sources else "plain")

    def _absent(self, found: GroupsFound) -> Sentence:
        """The playbook's own names of which there is no call."""
        book = self.terms.playbook
        names: dict[str, list[str]] = {
            "product": [one.name for one in book.products],
            "objection": [one.name for one in book.objections],
            "outcome": [one.name for one in book.outcomes],
            "deal_stage": list(book.stages),
        }
        told = {key for key, _, _ in found.groups}
        left = [name for name in names.get(found.asked.by, ()) if name not in told]
        where = phrases.where_words(self.terms, found.asked.where)
        calls = f"{counted(found.total, 'call')}{f' {where}' if where else ''}"
        text = f"In none of {calls}: {listed(left)}." if left else f"Each of them comes up in {calls}."
        return Sentence(text=text)

    def _group_sources(self, found: GroupsFound, key: str) -> list[Source]:
        field = {"product": "products_discussed", "objection": "objections", "outcome": "outcome"}.get(
            found.asked.by, ""
        )
        item = key if field in _LISTS else None
        return [call.sources(field, item)[0] for call in found.examples.get(key, ())]

    def _key(self, by: str, key: str) -> str:
        return phrases.value_words(self.terms, "client_state", key) if by == "state" else key

    # Lists

    def listing(self, found: ListFound) -> Iterator[Sentence]:
        """How many there are, and each with what was asked of it."""
        asked = found.asked
        ranked = asked.sort.removeprefix("-") in asked.fields and asked.limit < MOST_CALLS
        where = phrases.where_words(self.terms, beyond(asked.where, asked.of))
        scope = phrases.where_words(self.terms, asked.of)
        if not found.of:
            yield Sentence(text=f"There are no calls{f' {scope}' if scope else ''}.")
        elif not found.rows:
            yield Sentence(text=f"Calls {where or 'on record'}: none of {found.of:,}{f' {scope}' if scope else ''}.")
        elif asked.paid:
            yield from self._paid(found)
        elif ranked:
            yield from self._ranked(found)
        else:
            names = listed(list(dict.fromkeys(found.calls[row.external_id].client for row in found.rows)))
            of = f" of {found.of:,}" if found.of != found.total else ""
            asked_for = " ".join(each for each in ("Calls", where or scope) if each)
            text = f"{asked_for}: {found.total:,}{of}{f' {scope}' if scope and where else ''}. They are of {names}."
            sources = tuple(self._row_source(found, row.external_id) for row in found.rows)
            yield Sentence(text=text, sources=sources, state="supported")
            if not asked.fields and len(found.rows) <= _FEW_ROWS:
                yield from self._in_words(found)
            if asked.fields:
                yield from (self._row(found, row.external_id) for row in found.rows[:_MOST_NAMED])
            if found.total > len(found.rows):
                yield Sentence(
                    text=f"The first {len(found.rows)} are named; {found.total - len(found.rows):,} more fit."
                )
        if found.undated:
            yield Sentence(
                text=f"{counted(found.undated, 'call').capitalize()} without a date can't be placed in time."
            )

    def _in_words(self, found: ListFound) -> Iterator[Sentence]:
        """The words by which each call is on the list."""
        for row in found.rows:
            source = self._row_source(found, row.external_id)
            if source.words:
                text = f"{found.calls[row.external_id].client}: “{source.words}”"
                yield Sentence(text=text, sources=(source,), state="supported")

    def _row_source(self, found: ListFound, call: str) -> Source:
        proof, where = found.calls[call], found.asked.where
        if where.products:
            return next(
                (s for name in where.products for s in proof.sources("products_discussed", name) if s.words),
                proof.source(),
            )
        if where.objections:
            return next(
                (s for name in where.objections for s in proof.sources("objections", name) if s.words), proof.source()
            )
        field = (
            "outcome"
            if where.outcomes
            else where.conditions[0].field
            if where.conditions
            else "client_state"
            if where.states
            else ""
        )
        item = str(where.conditions[0].value) if field in _LISTS and where.conditions else None
        return proof.sources(field, item)[0]

    def _row(self, found: ListFound, call: str) -> Sentence:
        proof = found.calls[call]
        told = [
            f"{phrases.label(self.terms, field)} {phrases.value_words(self.terms, field, proof.value(field))}"
            for field in found.asked.fields
        ]
        sources = tuple(source for field in found.asked.fields for source in proof.sources(field)[:1])
        states = {state_of(proof, field) for field in found.asked.fields if proof.value(field) is not None}
        state: State = "unsupported" if "unsupported" in states else "supported" if states else "plain"
        return Sentence(text=f"{proof.client}: {', '.join(told)}.", sources=sources, state=state)

    def _paid(self, found: ListFound) -> Iterator[Sentence]:
        """What part of each price was paid, or what is left of it, in that order."""
        told: list[tuple[float, str, CallProof]] = []
        for call in (found.calls[row.external_id] for row in found.rows):
            price, paid = finite(call.value("deal_amount")), finite(call.value("deposit_amount"))
            if not price or paid is None:
                continue
            of, left = money(price), price - paid
            if found.asked.paid == "left":
                told.append((left, f"{call.client} has {money(left)} left to pay of {of}, after {money(paid)}.", call))
            else:
                told.append(
                    (
                        paid / price,
                        f"{call.client} paid {100 * paid / price:.0f} % up front, {money(paid)} of {of}.",
                        call,
                    )
                )
        told.sort(key=lambda each: each[0], reverse=found.asked.sort.startswith("-"))
        where = phrases.where_words(self.terms, found.asked.of)
        whole = f"{counted(found.of, 'call')}{f' {where}' if where else ''}"
        yield Sentence(text=f"Price and deposit are both known for {found.total:,} of {whole}.")
        for _, text, call in told:
            sources = (*call.sources("deposit_amount")[:1], *call.sources("deal_amount")[:1])
            states = {state_of(call, "deposit_amount"), state_of(call, "deal_amount")}
            yield Sentence(text=text, sources=sources, state="unsupported" if "unsupported" in states else "supported")

    def _ranked(self, found: ListFound) -> Iterator[Sentence]:
        """The highest or lowest, those that share it, and who comes next."""
        asked = found.asked
        field = asked.sort.removeprefix("-")
        calls = [found.calls[row.external_id] for row in found.rows]
        top = self._number(calls[0], field)
        ties = [call for call in calls if self._number(call, field) == top]
        where = phrases.where_words(self.terms, asked.where)
        if field == "meeting_date":
            name = "latest call" if asked.sort.startswith("-") else "first call"
        else:
            name = phrases.measure_words(self.terms, "highest" if asked.sort.startswith("-") else "lowest", field)
        of = f" of the calls {where}" if where else ""
        value = phrases.value_words(self.terms, field, top)
        text = f"The {name}{of} is {value}: {listed(names_of(ties))}."
        if isinstance(calls[0].value(field), list):
            each = (f"{call.client}: {phrases.value_words(self.terms, field, call.value(field))}." for call in ties)
            text = " ".join([text, *each])
        sources = tuple(source for call in ties for source in call.sources(field)[:1])
        yield Sentence(text=text, sources=sources, state=state_of(ties[0], field))
        for call in calls[len(ties) :]:
            told = f"Then comes {call.client} with {phrases.value_words(self.terms, field, self._number(call, field))}."
            yield Sentence(text=told, sources=call.sources(field)[:1], state=state_of(call, field))
        if found.total < found.of:
            yield Sentence(text=f"It is known for {found.total:,} of {counted(found.of, 'call')}.")

    @staticmethod
    def _number(call: CallProof, field: str) -> object:
        """The value by which calls are ranked: of a list, how many items it has."""
        value = call.value(field)
        return len(value) if isinstance(value, list) else value

    def _without(self, found: StepsFound, calls: str) -> Sentence:
        what = "meeting ahead" if found.asked.about else "next step"
        sources = tuple(call.source() for call in found.without)
        names = listed(names_of(found.without))
        told = f": {names}" if names else ""
        return Sentence(
            text=f"No {what} is on record for {len(found.without):,} of {calls}{told}.",
            sources=sources,
            state="supported" if sources else "plain",
        )

    # Steps

    def steps(self, found: StepsFound) -> Iterator[Sentence]:
        """A sentence a step, with who does it for or with whom and when."""
        asked = found.asked
        due = f" due {phrases.period_words(asked.due_from, asked.due_to)}" if asked.due_from or asked.due_to else ""
        due = " without a day" if asked.undated else due
        whose = {"advisor": " on our side", "client": " on the client's side", None: ""}[asked.owner]
        where = phrases.where_words(self.terms, asked.where)
        calls = f"{counted(found.looked_at, 'call')}{f' {where}' if where else ''}"
        if asked.lacking:
            yield self._without(found, calls)
            return
        if not found.steps:
            yield Sentence(text=f"No next step{whose}{due} is on record for {calls}.")
            return
        yield Sentence(text=f"{counted(found.total, 'next step').capitalize()}{whose}{due} out of {calls}.")
        for step in found.steps[: _MOST_NAMED * 2]:
            proof = found.calls[step.external_id]
            told = step.step if isinstance(step.step, dict) else {"action": plain(step.step)}
            evidence = proof.proof_of_step(told)
            sources = evidence or (proof.source(),)
            owner = "we" if told.get("owner") == "advisor" else proof.client
            days = [plain(told.get("due")), long_date(told.get("due_date")) or ""]
            when = ", ".join(dict.fromkeys(each for each in days if each))
            action = plain(told.get("action")).rstrip(". ?")
            with_whom = f" (for {proof.client})" if owner == "we" else ""
            text = f"{owner[:1].upper()}{owner[1:]}{with_whom}: {action}{f' ({when})' if when else ''}."
            yield Sentence(text=text, sources=sources, state="supported" if evidence else "plain")
