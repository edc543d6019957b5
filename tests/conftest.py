"""What every test may ask for: databases, mail servers, certificates. See the two modules named here."""

pytest_plugins = ["tests.support.fixtures", "tests.support.fixtures_store", "tests.support.fixtures_desk"]
