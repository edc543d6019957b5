"""The rows of somebody's file (RFC 4180), with their lines: whoever wrote it is told where it is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not as it should be. ``line`` counts from 1, the head included; ``found`` is what stood there."""

    line: int
    column: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: found {self.found[:80]!r}, wanted {self.wanted}"


class WrongCell(ValueError):
    """One cell of a row is not what was asked for; whoever reads the rows makes a ``BadRow`` of it."""

    def __init__(self, column: str, found: str, wanted: str) -> None:
        super().__init__(column, found, wanted)
        self.column, self.found, self.wanted = column, found, wanted


def read_rows(text: str, delimiter: str, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row that has any; a row that cannot be read is one cell, which begins with NUL."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=strict)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, [f"\0{error}"]
            continue
        if any(cell.strip() for cell in row):
            yield reader.line_num, row
