"""What the admin decides: ``settings.toml``, the environment and files of secrets become one frozen ``Settings``.

``settings.toml`` at the root of the project is the manual: a sentence and the default above each key. A key that is
unknown or of the wrong kind stops the start with every problem at once. Secrets never appear in ``effective``, in
``repr`` or in an error. Settings are plain values; ``app`` turns them into the desk's policy.
"""

from mailbot.settings.effective import effective
from mailbot.settings.kinds import Secret
from mailbot.settings.loading import find_settings_file, load_settings
from mailbot.settings.manual import get_manual
from mailbot.settings.problems import Problem, SettingsError
from mailbot.settings.secret_file import load_or_create_keys, load_or_create_secret, replace_secret
from mailbot.settings.sections import (
    AgentSettings,
    AlertSource,
    DeliverySettings,
    GroupSettings,
    ImapAccount,
    OAuth,
    Settings,
)

__all__ = [
    "AgentSettings",
    "AlertSource",
    "DeliverySettings",
    "GroupSettings",
    "ImapAccount",
    "OAuth",
    "Problem",
    "Secret",
    "Settings",
    "SettingsError",
    "effective",
    "find_settings_file",
    "get_manual",
    "load_or_create_keys",
    "load_or_create_secret",
    "load_settings",
    "replace_secret",
]
