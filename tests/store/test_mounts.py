"""On what kind of disk a database lies, told from tables of mounts as Linux writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.desk.errors import PermanentError
from mailbot.store import mounts
from mailbot.store.engine import open_engine
from mailbot.store.mounts import Mount, find_mount

TABLE = r"""
22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
28 22 0:25 / /srv rw,relatime shared:13 master:2 - nfs4 files.example:/export rw,vers=4.2
31 28 259:3 / /srv/fast rw,relatime - xfs /dev/nvme1n1 rw
33 22 0:30 / /mnt/our\040share rw,relatime - cifs //files.example/desk rw
34 22 0:31 / /media/desk/far rw,nosuid,nodev - fuse.sshfs desk@far.example: rw,user_id=1000
35 22 0:32 / /mnt/c rw,noatime - 9p C:\134 rw,trans=fd
36 22 0:33 / /media/desk/near rw - fuse.ext4 /dev/sdb1 rw
37 22 0:34 / /twice rw - ext4 /dev/sdc1 rw
38 22 0:35 / /twice rw - nfs files.example:/twice rw
a line that is none
39 22 0:36 / /broken rw -
""".lstrip()


@pytest.mark.parametrize(
    ("folder", "mount", "is_network"),
    [
        ("/var/lib/mailbot", Mount("/", "ext4"), False),
        ("/", Mount("/", "ext4"), False),
        ("/srv", Mount("/srv", "nfs4"), True),
        ("/srv/desk/var", Mount("/srv", "nfs4"), True),
        ("/srv/fast/desk", Mount("/srv/fast", "xfs"), False),
        ("/srv/faster", Mount("/srv", "nfs4"), True),
        ("/srvx", Mount("/", "ext4"), False),
        ("/mnt/our share/desk", Mount("/mnt/our share", "cifs"), True),
        ("/media/desk/far/var", Mount("/media/desk/far", "fuse.sshfs"), True),
        ("/media/desk/near/var", Mount("/media/desk/near", "fuse.ext4"), False),
        ("/mnt/c/mailbot", Mount("/mnt/c", "9p"), True),
        ("/twice/var", Mount("/twice", "nfs"), True),
        ("/broken/var", Mount("/", "ext4"), False),
    ],
)
def test_mount_of_a_folder(folder: str, mount: Mount, is_network: bool) -> None:
    found = find_mount(TABLE, folder)
    assert (found, found.is_network if found else None) == (mount, is_network)


@pytest.mark.parametrize("table", ["", "\n", "22 1 259:2 / /elsewhere rw - ext4 /dev/sda rw", "- - -"])
def test_table_that_says_nothing_of_the_folder(table: str) -> None:
    assert find_mount(table, "/var/lib/mailbot") is None


@pytest.fixture
def shared_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this machine's table says is another machine's."""
    folder = tmp_path / "shared"
    table = tmp_path / "mountinfo"
    table.write_text(
        f"22 1 259:2 / / rw - ext4 /dev/sda rw\n28 22 0:25 / {folder} rw - nfs4 files.example:/export rw\n"
    )
    monkeypatch.setattr(mounts, "MOUNT_TABLE", table)
    return folder


def test_database_on_a_network_disk_is_refused_before_anything_is_made_there(shared_disk: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        open_engine(f"sqlite:///{shared_disk}/var/mailbot.db")
    assert str(refused.value).startswith(
        f"[store] url: {shared_disk}/var lies on a network file system (nfs4 at {shared_disk}), where SQLite "
    )
    assert not shared_disk.exists()


def test_link_to_a_network_disk_is_followed(shared_disk: Path, tmp_path: Path) -> None:
    shared_disk.mkdir()
    (tmp_path / "var").symlink_to(shared_disk)
    with pytest.raises(PermanentError):
        open_engine(f"sqlite:///{tmp_path}/var/mailbot.db")


def test_database_beside_the_network_disk_or_with_leave_is_opened(shared_disk: Path, tmp_path: Path) -> None:
    for place, leave in ((tmp_path / "near", False), (shared_disk, True)):
        engine = open_engine(f"sqlite:///{place}/mailbot.db", any_file_system=leave)
        engine.connect().close()
        engine.dispose()
        assert (place / "mailbot.db").exists()


def test_machine_without_a_table_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "MOUNT_TABLE", tmp_path / "none")
    open_engine(f"sqlite:///{tmp_path}/a/mailbot.db").dispose()
    assert (tmp_path / "a").is_dir()
