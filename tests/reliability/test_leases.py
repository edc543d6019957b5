"""Whose work may be taken over at a start: that of the dead, and of nobody who lives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from mailbot.app import is_dead, worker_name

NAME = "from mailbot.app import worker_name; import sys; print(worker_name(), flush=True); sys.stdin.read()"


def test_a_worker_that_lives_is_not_dead_and_a_killed_one_is_even_before_it_is_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdin is not None
    name = child.stdout.readline().strip()
    assert (is_dead(f"{name}#i"), is_dead(f"{worker_name()}#d0")) == (False, False)
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(f"{name}#i")
    child.communicate()
    assert is_dead(f"{name}#i")


def test_of_other_machines_nothing_is_known() -> None:
    assert not is_dead("another-machine/1/1#i")
