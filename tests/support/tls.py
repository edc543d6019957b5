"""A certificate authority for the length of the tests, and a server certificate for localhost and 127.0.0.1."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """Paths of PEM files. ``authority`` is what a client must trust. Other users may read them: Dovecot's must."""

    folder: Path
    certificate: str
    private_key: str
    authority: str

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def issue_certificate(*names: str) -> Certificate:
    folder = Path(tempfile.mkdtemp(prefix="mailbot-tls-"))
    folder.chmod(0o755)
    authority = trustme.CA()
    issued = authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
    issued.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    authority.cert_pem.write_to_path(folder / "ca.pem")
    for path in folder.iterdir():
        path.chmod(0o644)
    return Certificate(folder, str(folder / "cert.pem"), str(folder / "key.pem"), str(folder / "ca.pem"))
