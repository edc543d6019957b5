"""A small authoritative DNS server on 127.0.0.1 for tests: the records it is given, and nothing else.

    with FakeDns({("kund.example", "TXT"): ["v=spf1 -all"], ("slow.example", "TXT"): SILENT}) as dns:
        dns.resolver()      # a dnspython resolver that asks it, and it alone

A name that has no record of the asked type answers empty, a name without any records NXDOMAIN. ``SILENT`` never
answers, ``BROKEN`` answers SERVFAIL. UDP first; an answer over 1,232 bytes is cut, so that the resolver comes again
by TCP.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

SILENT = "silent"
BROKEN = "broken"
UDP_SIZE = 1_232

Zone = Mapping[tuple[str, str], Sequence[str] | str]


class FakeDns:
    def __init__(self, zone: Zone) -> None:
        self.zone = {(name.lower(), kind): records for (name, kind), records in zone.items()}
        self.questions: list[tuple[str, str]] = []
        self._udp, self._tcp = self._open_sockets()
        self.port: int = self._udp.getsockname()[1]
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._serve_udp, self._serve_tcp)]

    @staticmethod
    def _open_sockets() -> tuple[socket.socket, socket.socket]:
        """The same port for both: a port that is free for UDP may be taken for TCP, so a few are tried."""
        for _ in range(20):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 0))
            tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                tcp.bind(udp.getsockname())
            except OSError:
                udp.close()
                tcp.close()
                continue
            tcp.listen(8)
            return udp, tcp
        raise OSError("no port is free for both UDP and TCP")

    def resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self.port
        resolver.timeout = 1.0
        return resolver

    def __enter__(self) -> FakeDns:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as farewell:
            farewell.sendto(b"", ("127.0.0.1", self.port))
        self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while True:
            wire, peer = self._udp.recvfrom(4_096)
            if not wire:
                return
            reply = self._reply(dns.message.from_wire(wire))
            if reply is not None:
                answer = reply.to_wire(max_size=65_535)
                if len(answer) > UDP_SIZE:
                    reply.answer.clear()
                    reply.flags |= dns.flags.TC
                    answer = reply.to_wire()
                self._udp.sendto(answer, peer)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                (size,) = struct.unpack("!H", stream.read(2))
                reply = self._reply(dns.message.from_wire(stream.read(size)))
                if reply is not None:
                    answer = reply.to_wire(max_size=65_535)
                    stream.write(struct.pack("!H", len(answer)) + answer)

    def _reply(self, question: dns.message.Message) -> dns.message.Message | None:
        asked = question.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
        self.questions.append((name, kind))
        records = self.zone.get((name, kind), ())
        if records == SILENT:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        if records == BROKEN:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif records:
            shown = [as_strings(record) if kind == "TXT" else record for record in records]
            reply.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, shown))
        elif not any(known == name or known.endswith("." + name) for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply


def as_strings(text: str) -> str:
    """A TXT record in zone-file form: quoted strings of at most 255 characters (RFC 1035, 3.3)."""
    parts = [text[start : start + 255] for start in range(0, len(text), 255)] or [""]
    return " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
