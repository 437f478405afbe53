"""Runs a server of the DNS that knows a few names, on 127.0.0.1, while a block runs."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""What each name and kind of record has: `{("example.com", "MX"): ["10 mail.example.com."]}`."""


@contextmanager
def dns_server(zone: Zone, *, well: bool = True) -> Iterator[str]:
    """Run it, and say where: `127.0.0.1:PORT`. Names that are not in the zone do not exist.

    One that is not `well` fails at every question.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        stopping = threading.Event()
        thread = threading.Thread(
            target=_serve, args=(listening, zone if well else None, stopping), daemon=True
        )
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join()


def _serve(listening: socket.socket, zone: Zone | None, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            data, asker = listening.recvfrom(4096)
        except TimeoutError:
            continue
        listening.sendto(_answer(dns.message.from_wire(data), zone).to_wire(), asker)


def _answer(query: dns.message.Message, zone: Zone | None) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.flags |= dns.flags.RA
    if zone is None:
        response.set_rcode(dns.rcode.SERVFAIL)
        return response
    (question,) = query.question
    name = question.name.to_text(omit_final_dot=True).lower()
    if not any(known == name for known, _ in zone):
        response.set_rcode(dns.rcode.NXDOMAIN)
        return response
    kind = dns.rdatatype.to_text(question.rdtype)
    records = zone.get((name, kind), ())
    if records:
        texts = [f'"{one[:200]}" "{one[200:]}"' if kind == "TXT" else one for one in records]
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
    return response
