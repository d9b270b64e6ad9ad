"""The TLS context trusts the system's certificates, or certifi's where the system has none."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from scrapers.http.tls import new_tls_context


def _system_has(monkeypatch: pytest.MonkeyPatch, folder: Path, certificates: str) -> None:
    store = folder / "store.pem"
    store.write_text(certificates)
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder / "none"))


def test_certifi_stands_in_for_a_missing_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _system_has(monkeypatch, tmp_path, "")
    context = new_tls_context()
    assert context.cert_store_stats()["x509_ca"] > 50
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_store_of_the_system_is_trusted_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, end, _ = Path(certifi.where()).read_text("utf-8").partition("-----END CERTIFICATE-----")
    _system_has(monkeypatch, tmp_path, first + end + "\n")
    assert new_tls_context().cert_store_stats()["x509_ca"] == 1
