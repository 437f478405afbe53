"""The table of commands: where each is, what it does in one line, and below which heading."""

from typing import NamedTuple


class Entry(NamedTuple):
    """One command. `help` is the first sentence of its own help, so that `--help` imports none."""

    module: str
    help: str
    section: str


SECTIONS = ("Write", "Run", "Look", "Talk", "House")

COMMANDS: dict[str, Entry] = {
    "check": Entry("check", "Tell all mistakes of flows.", "Write"),
    "fmt": Entry("fmt", "Write flows in their one form.", "Write"),
    "test": Entry("test", "Play the scenarios of flows, and say which came true.", "Write"),
    "plan": Entry("plan", "Say what a campaign would do, before anything leaves.", "Write"),
    "simulate": Entry("simulate", "Play a whole campaign in virtual time.", "Write"),
    "graph": Entry("graph", "Show the way through a flow.", "Write"),
    "dev": Entry("dev", "Work on flows and see at once what each save does.", "Write"),
    "approve": Entry("approve", "Approve what policies warn of in a plan.", "Write"),
    "run": Entry("run", "Run a campaign until it is done, or go on with it.", "Run"),
    "serve": Entry("serve", "Run campaigns, and take in what people and providers answer.", "Run"),
    "try": Entry("try_", "Send yourself what one row would get, up to the first wait.", "Run"),
    "start": Entry("start", "Ask the running engine to start a campaign.", "Run"),
    "apply": Entry("apply", "Let a running campaign take the new form of its file.", "Run"),
    "pause": Entry("pause", "Let a campaign send nothing for now.", "Run"),
    "resume": Entry("resume", "Let a paused campaign go on.", "Run"),
    "stop": Entry("stop", "End a campaign for good.", "Run"),
    "drop": Entry("drop", "End one recipient's journey.", "Run"),
    "settle": Entry("settle", "Say what became of a send that is in doubt.", "Run"),
    "status": Entry("status", "Say how campaigns stand.", "Look"),
    "log": Entry("log", "Show what happened, line by line.", "Look"),
    "inbox": Entry("inbox", "Show the conversations that wait for a person.", "Look"),
    "sender": Entry("sender", "See how senders stand, and stop or clear one.", "Look"),
    "inspect": Entry(
        "inspect", "Say what Tactful makes of a text, a number or a returned mail.", "Look"
    ),
    "reply": Entry("reply", "Hand in what a recipient has answered.", "Talk"),
    "press": Entry("press", "Hand in a key that a recipient has pressed in a call.", "Talk"),
    "send-event": Entry("send_event", "Report a named event to journeys.", "Talk"),
    "consent": Entry("consent", "Keep the record of who may be written to.", "Talk"),
    "plugin": Entry("plugin", "Begin a plugin of your own.", "House"),
    "plugins": Entry("plugins", "List plugins and what they supply.", "House"),
    "doctor": Entry("doctor", "Look for what keeps campaigns from leaving.", "House"),
    "demo": Entry("demo", "Show a whole campaign at work; nothing leaves this machine.", "House"),
}
