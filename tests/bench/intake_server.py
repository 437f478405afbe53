"""A server to measure: an engine with messages that were sent, Twilio's route, and an empty one.

Called with a folder, the number of messages, and the public address; prints its own.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tactful.plugins import Secret
from tactful.runtime.loading import Loading
from tactful.runtime.ports import ChannelLimits
from tactful.runtime.reception import Reception
from tactful.runtime.tuning import tune
from tactful.web.app import make_app
from tactful.web.hooks import Hooks
from tactful.web.server import WebServer, address_of, bind, url_of
from tactful_twilio import TwilioChannel, TwilioSettings
from tests.bench.measured import HEAD, NullChannel, open_store, people
from tests.runtime.stage import compile_flow

ACCOUNT = f"AC{'0' * 32}"
TOKEN = "measured"

FLOW = """\
quiet hours none because "a measurement"

journey:
  send chat "Hi {{ first_name }}"
  wait 1 day
"""


async def _empty(request: Request) -> Response:
    return Response(status_code=204)


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 (an engine tells nobody what it has sent)
        await anyio.sleep(0.05)


async def serve(folder: Path, messages: int, public: str) -> None:
    """Send messages, then serve until killed."""
    channel = NullChannel(limits=ChannelLimits(at_once=64))
    session = await open_store(folder / "store.db", channel)
    now = session.engine.clock.now()
    active = await session.begin(
        compile_flow(FLOW, HEAD), flow_path="", audience_path="", live=False, now=now
    )
    loading = Loading(session, active)
    settings = TwilioSettings(account_sid=ACCOUNT, auth_token=Secret(TOKEN, "the benchmark"))
    twilio = TwilioChannel(settings, lambda path: f"{public}/hooks/twilio/{path}")
    hooks = Hooks(public)
    hooks.add("twilio", twilio.routes(), Reception(session).of("twilio"))
    bound = bind("127.0.0.1", 0)
    app = make_app(hooks, lambda: True, [Route("/empty", _empty, methods=["POST"])])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.engine.run, lambda: False)
        await loading.load(people(messages))
        await _until(lambda: active.tally["accepted"] == messages)
        tasks.start_soon(WebServer(app, bound).run)
        print(url_of(*address_of(bound)), flush=True)


if __name__ == "__main__":
    tune()
    anyio.run(serve, Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
