"""What every test may ask for: databases, mail servers, certificates, a desk. See the modules named here."""

from hypothesis import HealthCheck, settings

from tests.support.memory import use_memory

use_memory()

pytest_plugins = ["tests.support.fixtures", "tests.support.fixtures_store", "tests.support.fixtures_desk"]

# How fast a machine is must not decide whether a test passes; and the same commit must give the same verdict twice.
settings.register_profile("mailbot", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mailbot")
