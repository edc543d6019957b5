"""Where a folder really lies: SQLite on a disk that several machines share loses what it has promised (rule D15).

Its writers find each other by locks on the file and by memory that they share: over a network the first may be
missing, and the second always is. What another machine does to the file cannot be seen from here; what kind of disk it
lies on can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mailbot.desk.errors import PermanentError

MOUNT_TABLE = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    [
        *(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "glusterfs",
            "gfs2",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
        ),
        *(
            "nfs4",
            "ocfs2",
            "orangefs",
            "smb2",
            "smb3",
            "smbfs",
            "ceph-fuse",
            "curlftpfs",
            "davfs2",
            "gcsfuse",
            "goofys",
        ),
        *("juicefs", "mfs", "moosefs", "rclone", "s3fs", "smbnetfs", "sshfs"),
    ]
)
"""Kinds of file systems as the kernel names them; those of FUSE stand here without their ``fuse.``."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the table: where, and what kind (``ext4``, ``nfs4``, ``fuse.sshfs``)."""

    point: str
    kind: str

    @property
    def is_network(self) -> bool:
        return self.kind.removeprefix("fuse.") in NETWORK


def find_mount(table: str, folder: str) -> Mount | None:
    """The mount in which an absolute folder lies, by the text of ``mountinfo`` (see proc(5)).

    Of mounts on the same place the last one counts: it hides those below it. None where nothing of the table fits.
    """
    found: Mount | None = None
    for line in table.splitlines():
        mount = _read_line(line)
        if mount and _is_in(folder, mount.point) and (found is None or len(mount.point) >= len(found.point)):
            found = mount
    return found


def refuse_network_disk(file: Path) -> None:
    """See that a database file lies on a disk of this machine; machines without a table of mounts are believed.

    Raises:
        PermanentError: it lies on a network file system; the message says what to do.
    """
    try:
        table = MOUNT_TABLE.read_text(errors="surrogateescape")
    except OSError:
        return
    folder = file.resolve().parent
    mount = find_mount(table, str(folder))
    if mount and mount.is_network:
        raise PermanentError(
            f"[store] url: {folder} lies on a network file system ({mount.kind} at {mount.point}), where SQLite loses "
            "mail. Put the database on a disk of this machine, or use PostgreSQL (postgresql://…). Is it a local disk "
            "after all: [store] any_file_system = true"
        )


def _read_line(line: str) -> Mount | None:
    """``36 35 98:0 /root /point options … - kind source options``: before the hyphen there are optional fields."""
    before, separator, after = line.partition(" - ")
    fields, kind = before.split(" "), after.partition(" ")[0]
    if not separator or len(fields) < 6 or not kind:
        return None
    return Mount(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]), kind)


def _is_in(folder: str, point: str) -> bool:
    return folder == point or folder.startswith(point.rstrip("/") + "/")
