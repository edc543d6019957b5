"""Why a text that speaks of a solution is no acceptance, by the class of the words that say so."""

from __future__ import annotations

REASONS = {
    "sarcasm": "it may be meant ironically",
    "absence": "the writer is away",
    "new_problem": "there is something else",
    "status": "it asks how it is going",
    "hearsay": "it is hearsay",
    "condition": "there is a condition",
    "hedge": "it is not certain",
    "future": "it is about later",
    "limit": "it is limited",
    "contrast": "there is a but",
    "want": "something is still wanted",
    "attachment": "something is attached",
    "question": "asks something",
    "dated": "it is about an earlier time",
    "once": "it is about an earlier time",
    "resigned": "the writer gives up",
    "place": "it may be so in one place only",
    "cause": "it was only so",
}
