"""Where the journey of a scenario's person stands: its tags, its values, its stage, its end."""

from tactful.graph.model import Scalar, StepGraph
from tactful.graph.texts import LOCALE, RECIPIENT, ZONE
from tactful.runtime.audience.recipients import Recipient
from tactful.simulate.scenarios.record import Record
from tactful.values import Instant


class Standing:
    """The journey of the last `given`, as the record has it. `person` is who entered last."""

    def __init__(self, graph: StepGraph, record: Record) -> None:
        self.person: Recipient | None = None
        self._graph = graph
        self._record = record

    @property
    def key(self) -> str:
        """The key of the person; empty before anybody has entered."""
        return self.person.key if self.person is not None else ""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the person."""
        journey = self._record.journey(self.key)
        return journey.tags if journey is not None else ()

    @property
    def names(self) -> dict[str, Scalar]:
        """All that a condition may name: values of the row, what is remembered, tags."""
        journey = self._record.journey(self.key)
        person = self.person
        named: dict[str, Scalar] = dict(self._graph.values)
        if person is not None:
            zone = person.zones[0] if person.zones else "UTC"
            named |= {**person.values, RECIPIENT: person.key, LOCALE: person.locale, ZONE: zone}
        if journey is not None:
            named |= {**dict.fromkeys(journey.tags, True), **journey.values}
        return named

    @property
    def is_over(self) -> bool:
        """Whether the journey has ended, or never could begin."""
        return self._record.is_over(self.key)

    @property
    def stages(self) -> list[str]:
        """The stages in which the journey stands; several only side by side."""
        journey = self._record.journey(self.key)
        if journey is None:
            return []
        stages = [self._graph.steps[thread.step].stage for thread in journey.threads]
        return list(dict.fromkeys(stages))

    def was_in(self, stage: str, since: Instant) -> bool:
        """Return whether the journey stands in a stage, or did anything there since a moment."""
        if stage in self.stages:
            return True
        return any(
            one.at >= since
            and one.line.get("stage") == stage
            and one.line.get("recipient") == self.key
            for one in self._record.happenings
        )

    @property
    def words(self) -> str:
        """Where the journey stands, in words."""
        journey = self._record.journey(self.key)
        if journey is None:
            return "nobody has entered"
        said = [f"it stands in {' and '.join(f'`{name}`' for name in self.stages)}"]
        if journey.ended:
            said = [f"it is {journey.state.replace('_', ' ')}"]
        said.append(f"tags: {', '.join(journey.tags)}" if journey.tags else "no tags")
        said += [f"{name} is {_shown(value)}" for name, value in journey.values.items()]
        return "; ".join(said)


def _shown(value: Scalar) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if isinstance(value, str) else str(value)
