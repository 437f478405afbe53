"""Stoplight Prism: answers as an OpenAPI file says, and refuses requests that it does not allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.node import node, script
from tests.servers.running import free_port, running


@contextmanager
def prism(spec: Path) -> Iterator[str]:
    """Run Prism for an OpenAPI file, and yield its address."""
    port = free_port()
    command = [str(node()), str(script("@stoplight/prism-cli", "dist/index.js"))]
    command += ["mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(spec)]
    with running(command, "Prism is listening"):
        yield f"http://127.0.0.1:{port}"
