"""Lays the lines of a flow out as the steps of a graph, in the order they are written.

A step's identity is made of its stage, the blocks around it, its phrase, and its place among the
equal phrases of its block. So it changes only when lines of that phrase come or go before it in
the same block, and never by what is edited elsewhere.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tactful.graph import model
from tactful.graph.arms import arm_name, understudy, wait_arm
from tactful.graph.convert import condition_from, label_from, moment_from, text_from, value_from
from tactful.graph.expressions import as_text
from tactful.graph.wording import Texts
from tactful.language.diagnostics import Span
from tactful.language.tree import Node
from tactful.language.words import branching, sending, settings, steps, waiting


@dataclass(eq=False, slots=True)
class Place:
    """Where a step stands. `at` is None at the end of a stage, and until the step is laid."""

    at: model.StepIndex | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line is laid with: its identity, its stage, and the place that follows it."""

    id: str
    stage: str
    after: Place

    def base(self) -> dict[str, Any]:
        """Return the fields that all steps have; only when all places are known."""
        return {"id": self.id, "stage": self.stage, "next": self.after.at}

    def inner(self, name: str) -> "_Line":
        """Return what a line inside this one is laid with."""
        return _Line(f"{self.id}/{name}", self.stage, self.after)


_Draft = Callable[[], model.AnyStep]


@dataclass(slots=True)
class Layout:
    """The steps of a graph while they are laid.

    `spans` tells where each step was written, by its identity. `stages` has the places that lines
    can go to; each stage is laid once. `texts` are those of the file that have a name.
    """

    stages: dict[str, Place]
    texts: Texts = field(default_factory=Texts)
    spans: dict[str, Span] = field(default_factory=dict)
    _drafts: list[_Draft] = field(default_factory=list)

    def finish(self) -> tuple[model.AnyStep, ...]:
        """Return the steps, now that all places are known."""
        return tuple(draft() for draft in self._drafts)

    def lay_stage(self, name: str, nodes: Sequence[Node]) -> None:
        """Lay the lines of a stage."""
        # A `/` in the name of a stage must not look like a block inside another stage.
        self.lay_block(self.stages[name], nodes, _Line(name.replace("/", ":"), name, Place()))

    def lay_preface(self, nodes: Sequence[Node], first: str) -> Place:
        """Lay lines that are done at entry, before the stage `first`; return where they begin."""
        if not nodes:
            return self.stages[first]
        head = Place()
        # No stage can be called so: a name has no spaces.
        self.lay_block(head, nodes, _Line("at entry", first, self.stages[first]))
        return head

    def lay_any_time(self, nodes: Sequence[Node]) -> list[Place]:
        """Lay the lines of `at any time`; return where each begins."""
        line = _Line(model.ANY_TIME, model.ANY_TIME, Place())
        starts = []
        counts: Counter[str] = Counter()
        for node in nodes:
            name = arm_name(node.word)
            counts[name] += 1
            start = Place()
            starts.append(start)
            self.lay_block(start, node.children, line.inner(f"{name}/{counts[name]}"))
        return starts

    def lay_block(self, head: Place, nodes: Sequence[Node], owner: _Line) -> None:
        """Lay the lines of a block, which begins at `head` and goes on where its owner does."""
        chains = _chains(nodes)
        heads = [head, *(Place() for _ in chains[1:]), owner.after]
        counts: Counter[str] = Counter()
        for place, chain in enumerate(chains):
            phrase = chain[0].word.phrase
            counts[phrase] += 1
            line = _Line(f"{owner.id}/{phrase}/{counts[phrase]}", owner.stage, heads[place + 1])
            self.spans[line.id] = chain[0].span
            if isinstance(chain[0].word, steps.When):
                self._lay_choice(heads[place], chain, line)
            else:
                self._lay_line(heads[place], chain[0], line)

    def _add(self, place: Place, draft: _Draft) -> None:
        place.at = len(self._drafts)
        self._drafts.append(draft)

    # ---- repetitions and variants ---------------------------------------------------------------

    def _lay_repeat(self, head: Place, node: Node, word: branching.Repeat, line: _Line) -> None:
        body = Place()
        self._add(
            head,
            lambda: model.Repeat(**line.base(), body=body.at, times=word.times, every=word.every),
        )
        # The end of its body is the end of a block: from there, the repetition itself goes on.
        self.lay_block(body, node.children, _Line(f"{line.id}/{model.ROUND}", line.stage, Place()))

    def _lay_split(self, head: Place, node: Node, word: branching.Split, line: _Line) -> None:
        variants = [
            (below.word, Place(), below.children)
            for below in node.children
            if isinstance(below.word, branching.Variant)
        ]
        self._add(
            head,
            lambda: model.Split(
                **line.base(),
                name=word.name,
                variants=tuple(
                    model.Variant(name=it.name, share=int(it.share * model.PARTS), to=start.at)
                    for it, start, _ in variants
                ),
            ),
        )
        for it, start, lines in variants:
            self.lay_block(start, lines, line.inner(f"variant {it.name}".replace("/", ":")))

    # ---- choices --------------------------------------------------------------------------------

    def _lay_choice(self, head: Place, chain: Sequence[Node], line: _Line) -> None:
        cases: list[tuple[model.Condition | None, Place]] = []
        self._add(
            head,
            lambda: model.Choose(
                **line.base(),
                cases=tuple(model.Case(condition=test, to=block.at) for test, block in cases),
            ),
        )
        for place, node in enumerate(chain):
            name = "when" if place == 0 else "otherwise"
            if place > 0 and node.condition is not None:
                name = f"otherwise when/{place}"
            block = Place()
            test = None if node.condition is None else condition_from(node.condition)
            cases.append((test, block))
            self.lay_block(block, node.children, line.inner(name))

    def _lay_test(
        self, head: Place, node: Node, line: _Line, holds: Place, otherwise: Place
    ) -> None:
        """Lay the `when` behind a line: go to `holds` when it is true, else to `otherwise`."""
        if node.condition is None:
            return
        condition = condition_from(node.condition)
        test = _Line(f"{line.id}/when", line.stage, otherwise)
        self.spans[test.id] = node.span
        self._add(
            head,
            lambda: model.Choose(
                **test.base(), cases=(model.Case(condition=condition, to=holds.at),)
            ),
        )

    # ---- lines ----------------------------------------------------------------------------------

    def _lay_line(self, head: Place, node: Node, line: _Line) -> None:
        step = head if node.condition is None else Place()
        self._lay_test(head, node, line, step, line.after)
        match node.word:
            case sending.Send() as word:
                self._lay_send(step, node, word, line)
            case waiting.WaitUpTo() as word:
                self._lay_listen(step, node, word, line)
            case waiting.WaitUntil() as word:
                self._lay_until(step, node, word, line)
            case branching.Repeat() as word:
                self._lay_repeat(step, node, word, line)
            case branching.Split() as word:
                self._lay_split(step, node, word, line)
            case _:
                self._add(step, self._single(node, line))

    def _single(self, node: Node, line: _Line) -> _Draft:
        """Return the step of a line that holds no other steps. Raises `ValueError` on any other."""
        match node.word:
            case steps.GoTo(stage=stage, times=times):
                target = self.stages[stage]
                return lambda: model.GoTo(**line.base(), target=target.at, at_most=times)
            case steps.Stop(because=because):
                return lambda: model.Stop(**line.base(), because=because)
            case steps.Tag(names=names):
                return lambda: model.Tag(**line.base(), tags=tuple(map(label_from, names)))
            case settings.Set(name=name, value=written):
                value = value_from(written)
                return lambda: model.Set(**line.base(), name=name, value=value)
            case waiting.Wait(length=length):
                return lambda: model.Wait(**line.base(), span=length)
            case steps.HandOff(queue=queue, priority=priority):
                note = next(
                    (
                        text_from(below.word.text)
                        for below in node.children
                        if isinstance(below.word, steps.Note)
                    ),
                    None,
                )
                return lambda: model.HandOff(
                    **line.base(), queue=as_text(label_from(queue)), priority=priority, note=note
                )
        raise ValueError(f"`{node.word.phrase}` is no step")

    def _lay_send(self, head: Place, node: Node, word: sending.Send, line: _Line) -> None:
        fields: dict[str, Any] = {
            "channel": word.channel,
            "urgent": word.urgent,
            **self.texts.of(node, word),
        }
        outcomes: list[Node] = []
        within = []
        for below in node.children:
            match below.word:
                case sending.Leave(text=left):
                    fields["leave"] = text_from(left)
                case (
                    sending.OnOutcome(within=patience)
                    | sending.OnPressed(within=patience)
                    | sending.OnOtherKey(within=patience)
                ):
                    outcomes.append(below)
                    within += [patience] if patience else []
        if within:
            # All lines share one wait: it is as long as the most patient of them asks for.
            fields["within"] = max(within)
        starts = [Place() for _ in outcomes]

        def draft() -> model.AnyStep:
            arms, keys = [], []
            for below, start in zip(outcomes, starts, strict=True):
                match below.word:
                    case sending.OnOutcome(outcome=outcome):
                        arms.append(model.DeliveryArm(outcome=outcome, to=start.at))
                    case sending.OnPressed(keys=pressed):
                        keys.append(model.KeyArm(keys=pressed, to=start.at))
                    case sending.OnOtherKey():
                        keys.append(model.KeyArm(to=start.at))
            return model.Send(**line.base(), **fields, arms=tuple(arms), keys=tuple(keys))

        self._add(head, draft)
        self._lay_arms(starts, outcomes, line)

    def _lay_listen(self, head: Place, node: Node, word: waiting.WaitUpTo, line: _Line) -> None:
        starts = [Place() for _ in node.children]
        places = list(zip(node.children, starts, strict=True))
        timeout = next(
            (start for below, start in places if isinstance(below.word, waiting.OnTimeout)),
            line.after,
        )

        def draft() -> model.AnyStep:
            arms = (wait_arm(below, start.at) for below, start in places)
            return model.Listen(
                **line.base(),
                span=word.length,
                arms=tuple(arm for arm in arms if arm is not None),
                on_timeout=timeout.at,
            )

        self._add(head, draft)
        self._lay_arms(starts, node.children, line)

    def _lay_until(self, head: Place, node: Node, word: waiting.WaitUntil, line: _Line) -> None:
        starts = [Place() for _ in node.children]
        places = list(zip(node.children, starts, strict=True))
        too_late = next(
            (start for below, start in places if isinstance(below.word, waiting.OnTooLate)),
            line.after,
        )
        moment = moment_from(word.moment)

        def draft() -> model.AnyStep:
            arms = (wait_arm(below, start.at) for below, start in places)
            return model.WaitUntil(
                **line.base(),
                moment=moment,
                arms=tuple(arm for arm in arms if arm is not None),
                too_late=too_late.at,
            )

        self._add(head, draft)
        self._lay_arms(starts, node.children, line)

    def _lay_arms(self, starts: Sequence[Place], nodes: Sequence[Node], line: _Line) -> None:
        """Lay the blocks of `on …` lines.

        A line of a send whose `when` does not hold leaves what came to a line that takes all of it;
        without one, the journey goes on below. The `when` of a wait's lines is asked before one of
        them is taken.
        """
        counts: Counter[str] = Counter()
        for at, (start, node) in enumerate(zip(starts, nodes, strict=True)):
            name = arm_name(node.word)
            counts[name] += 1
            arm = line.inner(f"{name}/{counts[name]}")
            if isinstance(node.word, waiting.OnReply | waiting.OnOtherReply | waiting.OnEvent):
                self.lay_block(start, node.children, arm)
                continue
            block = start if node.condition is None else Place()
            instead = understudy(nodes, at)
            self._lay_test(
                start, node, arm, block, line.after if instead is None else starts[instead]
            )
            self.lay_block(block, node.children, arm)


def _chains(nodes: Sequence[Node]) -> list[list[Node]]:
    """Return the lines of a block, each `when` together with the `otherwise` lines after it."""
    chains: list[list[Node]] = []
    for node in nodes:
        if chains and isinstance(node.word, steps.Otherwise):
            chains[-1].append(node)
        else:
            chains.append([node])
    return chains
