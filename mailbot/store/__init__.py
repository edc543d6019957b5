"""What the desk keeps: SQLAlchemy lives here and nowhere else. SQLite for one machine, PostgreSQL for several."""
