"""What Twilio posts: a form whose names are unique; new ones appear without notice."""

import hashlib
from collections.abc import Mapping

from tactful.runtime.inbound import WebRequest

Form = Mapping[str, str]


def form_of(request: WebRequest) -> Form:
    """Return the values of a request whose signature was checked; blank ones are kept."""
    return dict(reversed(request.form))


def attempt_of(request: WebRequest) -> str | None:
    """Return the attempt that we put into the address, None when there is none."""
    return next((value for name, value in request.query if name == "attempt" and value), None)


def sid_of(form: Form, *names: str) -> str:
    """Return what identifies a message or a call; where Twilio names none, a hash of it all."""
    named = next((form[name] for name in names if form.get(name)), None)
    return named or hashlib.sha256(repr(sorted(form.items())).encode()).hexdigest()
