"""A role of PostgreSQL with a password that tests renew."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

REACH_SECONDS = 10.0


class DatabaseLogin:
    """A role that owns one database and needs its password; the server trusts every other role as before."""

    def __init__(self, database_url: str, role: str, password: str) -> None:
        self._url = database_url
        self._role = role
        database = urlsplit(database_url).path.strip("/")
        with psycopg.connect(database_url, autocommit=True) as c:
            c.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'".encode())
            c.execute(f"ALTER DATABASE {database} OWNER TO {role}".encode())
            [(folder,)] = c.execute("SHOW data_directory").fetchall()
            rules = Path(folder) / "pg_hba.conf"
            rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
            c.execute("SELECT pg_reload_conf()")
        self._until_password_counts()

    def url(self, password: str) -> str:
        """The address with this password."""
        parts = urlsplit(self._url)
        return urlunsplit(parts._replace(netloc=f"{self._role}:{password}@"))

    def renew(self, password: str) -> None:
        """Change the password; open connections stay."""
        with psycopg.connect(self._url, autocommit=True) as c:
            c.execute(f"ALTER ROLE {self._role} PASSWORD '{password}'".encode())

    def _until_password_counts(self) -> None:
        until = time.monotonic() + REACH_SECONDS
        while time.monotonic() < until:
            try:
                psycopg.connect(self.url("wrong")).close()
            except psycopg.OperationalError:
                return
            time.sleep(0.02)
        raise AssertionError("the server has not read its rules anew")
