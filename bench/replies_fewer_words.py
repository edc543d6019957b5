"""How exactly replies are found when the word lists lack words: what a mail in an unlisted language will meet.

    python -m bench.replies_fewer_words [--keep 0.5] [--seeds 3] [-v] [--only crisp,desk-dev]

Takes a random part of every list in ``languages/quoting.toml`` away (``--keep 0``: all of it), reads the pairs of the
shared corpora in this process and scores them as the shared scorer does. One line a seed; ``-v`` lists the misses.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.replies import CORPORA, SCORER
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon
from mailbot.parsers.message import read_message
from mailbot.parsers.reply import read_answer, read_answer_text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=float, default=0.5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    if not SCORER.exists():
        print(f"no scorer at {SCORER}", file=sys.stderr)
        return 2
    scorer = _load_scorer()
    for seed in range(arguments.seeds if arguments.keep else 1):
        lexicon = thinned(load_lexicon(), arguments.keep, seed)
        _print_scores(seed, list(_verdicts(scorer, lexicon, arguments.only)), arguments.verbose)
    return 0


def thinned(lexicon: Lexicon, keep: float, seed: int) -> Lexicon:
    """``lexicon`` with about ``keep`` (0-1) of the words in each quoting list."""
    chance = random.Random(seed)
    quoting = {
        table: {name: [word for word in words if chance.random() < keep] for name, words in lists.items()}
        for table, lists in lexicon.quoting.items()
    }
    return Lexicon(lexicon.languages, quoting, lexicon.automatic, lexicon.asking)


def _load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate", SCORER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _verdicts(scorer: ModuleType, lexicon: Lexicon, only: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(corpus, id, verdict) of each pair."""
    for index in sorted(CORPORA.glob("*/index.jsonl")):
        if only and index.parent.name not in only.split(","):
            continue
        for text in index.read_text("utf-8").splitlines():
            row = {**json.loads(text), "corpus": index.parent.name}
            yield row["corpus"], row["id"], scorer.judge(row, CORPORA, read_row(index.parent, row, lexicon))


def read_row(folder: Path, row: dict[str, Any], lexicon: Lexicon) -> str:
    """The new words that the reader finds in one pair of a corpus."""
    raw = (folder / row["input"]).read_bytes()
    sent = [(folder / row["sent"]).read_text("utf-8")] if "sent" in row else []
    if row["kind"] == "eml":
        return read_answer(read_message(raw), lexicon, sent).new_words
    body = raw.decode("utf-8", "replace")
    text, html = ("", body) if row["kind"] == "html" else (body, "")
    return read_answer_text(text, html, lexicon, sent).new_words


def _print_scores(seed: int, verdicts: list[tuple[str, str, dict[str, Any]]], verbose: bool) -> None:
    by_corpus: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for corpus, name, verdict in verdicts:
        by_corpus[corpus].append(verdict)
        if verbose and not verdict["exact"]:
            print(f"  {corpus}/{name} f1={verdict['f1']:.2f} leak={verdict['leak']} lost={verdict['lost']}")
    everything = [verdict for _, _, verdict in verdicts]
    macro = sum(_percent(group, "exact") for group in by_corpus.values()) / len(by_corpus)
    each = " ".join(f"{corpus}={_percent(group, 'exact'):.0f}" for corpus, group in by_corpus.items())
    print(
        f"seed {seed}: macro exact {macro:.1f}  exact {_percent(everything, 'exact'):.1f}"
        f"  big leak {_percent(everything, 'bigleak'):.1f}  lost {_percent(everything, 'lost'):.1f}   {each}"
    )


def _percent(rows: list[dict[str, Any]], key: str) -> float:
    return 100 * sum(row[key] for row in rows) / len(rows)


if __name__ == "__main__":
    sys.exit(main())
