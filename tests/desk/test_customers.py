"""Whose person somebody is: the exact address, then the longest domain, else nobody's."""

from __future__ import annotations

import pytest

from mailbot.desk.customers import Customer, find_customer

CUSTOMERS = (
    Customer("almby", domains=("almby.example",)),
    Customer("school", domains=("school.almby.example",)),
    Customer("press", addresses=("news@school.almby.example", "kim@post.example")),
)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna@almby.example", "almby"),
        ("Anna@ALMBY.example", "almby"),
        ("anna@it.almby.example", "almby"),
        ("anna@school.almby.example", "school"),
        ("anna@a.b.school.almby.example", "school"),
        ("news@school.almby.example", "press"),
        ("<kim@post.example>", "press"),
        ("kim@other.example", None),
        ("anna@notalmby.example", None),
        ("anna@almby.example.evil.example", None),
        ("almby.example", "almby"),
        ("", None),
        ("@", None),
    ],
)
def test_customer_is_found(address: str, name: str | None) -> None:
    found = find_customer(CUSTOMERS, address)
    assert (found.name if found else None) == name
