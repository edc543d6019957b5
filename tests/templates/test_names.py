"""The reference of names is what the check knows, no more and no less."""

from __future__ import annotations

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.check import check_wording
from mailbot.templates.names import names_of

FRAME = "{{% block subject %}}x{{% endblock %}}{{% block text %}}x{}{{% endblock %}}{{% block html %}}x{{% endblock %}}"


@pytest.mark.parametrize("kind", [k for k in NoticeKind if k is not NoticeKind.RESOLUTION])
def test_every_name_can_be_used(kind: NoticeKind) -> None:
    used = "".join(f"{{% if {name.path} %}}y{{% endif %}}" for name in names_of(kind))
    assert check_wording(kind, "sv", FRAME.format(used)) == ()


def test_names_say_what_they_are() -> None:
    sorts = {name.path: (name.sort, name.shared) for name in names_of(NoticeKind.CLOSED)}
    assert sorts["solution"] == ("lines", False)
    assert (sorts["reopen_until"], sorts["ticket.opened_at"]) == (("moment", False), ("moment", True))
    assert (sorts["reopen_days"], sorts["ticket.subject"]) == (("number", False), ("text", True))
    listed = {name.path: (name.sort, name.sample) for name in names_of(NoticeKind.AGENT_NEW_TICKET, "en")}
    assert listed["commands"] == ("list", "#reply, #resolve, #take, #note")
    assert listed["given"] == ("yes or no", "no")
