"""Settings of a desk with services, skills, working hours and specialists, for tests of routing and handovers.

The agents of ``tests.support.desk.SETTINGS`` know nothing; those here are more: Eva knows networks best, Gun is at work
early, Sam has room for one ticket. Add it behind the usual settings: ``open_desk(ROUTED)``.
"""

from __future__ import annotations

ROUTED = """
[[groups]]
name = "printing"
[[agents]]
address = "eva@desk.example"
name = "Eva Ek"
groups = ["network"]
skills = { network = 3 }
[[agents]]
address = "gun@desk.example"
name = "Gun Gran"
groups = ["network"]
skills = { network = 2 }
works_from = "06:00"
works_to = "14:00"
[[agents]]
address = "sam@desk.example"
name = "Sam Sol"
groups = ["printing", "desk"]
skills = { printing = 2 }
language = "en"
capacity = 1
[[services]]
name = "network"
title = "Nätverk"
titles = { en = "Network" }
words = { sv = ["*nätverk*", "wi-fi", "vpn"], en = ["network*"] }
group = "network"
skills = { network = 2 }
[[services]]
name = "printing"
title = "Utskrift"
words = { sv = ["skrivar*", "skriv* ut"], en = ["printer*"] }
group = "printing"
skills = { printing = 1 }
"""
ASSIGNED = ROUTED + "[routing]\nassign = true\n"
