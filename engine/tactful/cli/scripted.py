"""Runs where recipients and channels follow a script, on top of the real outbox."""

from dataclasses import replace

from tactful.runtime.clock import Clock
from tactful.runtime.conductor import Wish
from tactful.runtime.incoming import Incoming
from tactful.runtime.ports import Channel
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.pretend import PretendChannel


def scripted(wish: Wish, behaviour: Behaviour) -> Wish:
    """Return the wish with every channel wrapped, so that people answer as the script says."""

    def wrap(channel: Channel, clock: Clock) -> Channel:
        return PretendChannel(behaviour, clock, channel)

    def attach(channel: Channel, incoming: Incoming) -> None:
        if isinstance(channel, PretendChannel):
            channel.attach(incoming)

    return replace(wish, wrap=wrap, attach=attach)
