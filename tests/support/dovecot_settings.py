"""The configuration file of the tests' Dovecot, in the languages of 2.3 and of 2.4.

What surprised: the auth penalty makes each login after a wrong password wait for seconds (so anvil's socket is closed),
helper processes want to chroot (impossible for an ordinary user), and fsync triples the time of a delivery.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot


class Accounts(NamedTuple):
    """The system users that Dovecot's parts run as."""

    internal_user: str
    internal_group: str
    login_user: str
    mail_user: str
    mail_group: str


_BOTH = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
default_internal_user = {accounts.internal_user}
default_internal_group = {accounts.internal_group}
default_login_user = {accounts.login_user}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {accounts.mail_user}
mail_gid = {accounts.mail_group}
mail_fsync = never
mail_max_userip_connections = 200
mailbox_idle_check_interval = 1 secs
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Processed {{
    auto = create
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@desk.example
{quota_lmtp}
}}
protocol imap {{
{capability}
{quota_imap}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  process_min_avail = 1
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
_OLDER = """
disable_plaintext_auth = no
auth_username_format = %Lu
mail_home = {root}/mail/%Lu
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={accounts.mail_user} gid={accounts.mail_group} home={root}/mail/%Lu allow_all_users=yes
}}
"""
_OLDER_OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf.ext
}}
"""
_NEWER = """
auth_allow_cleartext = yes
auth_username_format = %{{user | lower}}
mail_home = {root}/mail/%{{user | lower}}
mail_driver = maildir
mail_path = ~/Maildir
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {accounts.mail_user}
    gid = {accounts.mail_group}
    home = {root}/mail/%{{user | lower}}
  }}
  static_allow_all_users = yes
}}
"""
_NEWER_OAUTH = """
oauth2 {{
  introspection_mode = post
  introspection_url = {introspection_url}
  username_attribute = username
  active_attribute = active
  active_value = true
  force_introspection = yes
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
"""
_INTROSPECTION = """
introspection_mode = post
introspection_url = {introspection_url}
username_attribute = username
active_attribute = active
active_value = true
force_introspection = yes
"""


def write_settings(server: Dovecot, *, newer: bool) -> None:
    values = {
        "root": server.root,
        "accounts": server.accounts,
        "password": "secret",
        "mechanisms": "plain login" + (" xoauth2 oauthbearer" if server.introspection_url else ""),
        "introspection_url": server.introspection_url,
        "capability": f"  imap_capability = {server.capability}" if server.capability else "",
        "quota_lmtp": "  mail_plugins = quota" if server.quota else "",
        "quota_imap": "  mail_plugins = quota" if server.quota else "",
        "imap_port": server.imap_port,
        "imaps_port": server.imaps_port,
        "lmtp_port": server.lmtp_port,
    }
    parts = ["dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"] if newer else []
    parts += [_tls(server, newer), _NEWER if newer else _OLDER]
    if server.introspection_url:  # before the static passdb: it takes its two mechanisms and leaves the others
        parts.insert(len(parts) - 1, _NEWER_OAUTH if newer else _OLDER_OAUTH)
        (server.root / "oauth2.conf.ext").write_text(_INTROSPECTION.format(**values))
    if server.quota:
        parts.append(_quota(server.quota, newer))
    server.settings_path.write_text("".join([*parts, _BOTH]).format(**values))


def _tls(server: Dovecot, newer: bool) -> str:
    if server.certificate is None:
        return "ssl = no\n"
    certificate, key = Path(server.certificate.certificate), Path(server.certificate.private_key)
    if newer:
        return f"ssl = yes\nssl_server_cert_file = {certificate}\nssl_server_key_file = {key}\n"
    return f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{key}\n"


def _quota(limit: str, newer: bool) -> str:
    if newer:
        return f'quota "mailbox" {{{{\n  quota_storage_size = {limit}\n}}}}\n'
    return f"plugin {{{{\n  quota = count:mailbox\n  quota_vsizes = yes\n  quota_rule = *:storage={limit}\n}}}}\n"
