"""Settings with answers that stand ready: behind the usual settings, ``open_desk(READY_ANSWERS)``."""

from __future__ import annotations

READY_ANSWERS = """
[[services]]
name = "accounts"
title = "Konton"
words = { sv = ["konto*", "inloggning*"], en = ["account*"] }
[[first_aid]]
name = "utskrift"
title = "Utskrift"
text = { sv = "Starta om skrivaren." }
words = { sv = ["skrivar*"] }
[[first_aid]]
name = "lösenord"
title = "Byta lösenord"
titles = { en = "Password" }
services = ["accounts"]
words = { sv = ["lösenord*"], en = ["password*"] }
[first_aid.text]
sv = \"\"\"
Hej {name}!
Byt lösenordet på Mitt konto {här} och svara om {reference}.
\"\"\"
en = "Change it on the page My account."
"""
SWEDISH = "Hej Anna Berg!\nByt lösenordet på Mitt konto {här} och svara om SD-1001."
"""What the second answer says to Anna about her first ticket."""
