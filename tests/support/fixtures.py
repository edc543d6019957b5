"""Fixtures that tests of several rooms share; loaded by ``tests/conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.dovecot import Dovecot
from tests.support.identity_provider import IdentityProvider
from tests.support.tls import Certificate, issue_certificate


@pytest.fixture(scope="session")
def certificate() -> Iterator[Certificate]:
    """For localhost and 127.0.0.1, of an authority that only these tests know."""
    issued = issue_certificate()
    yield issued
    issued.remove()


@pytest.fixture(scope="session")
def identity_provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture(scope="session")
def dovecot(identity_provider: IdentityProvider, certificate: Certificate) -> Iterator[Dovecot]:
    """One Dovecot for all tests, with TLS and OAuth; each test takes a mailbox of its own (``mailbox``)."""
    with Dovecot(certificate=certificate, introspection_url=identity_provider.introspection_url) as server:
        yield server


_mailboxes = iter(range(1, 1_000_000))


@pytest.fixture
def mailbox() -> str:
    """The name of a Dovecot mailbox that no other test has."""
    return f"box{next(_mailboxes)}@desk.example"
