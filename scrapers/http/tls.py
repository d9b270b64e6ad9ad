"""Builds the TLS context: the system's certificate store, or certifi's where there is none."""

from __future__ import annotations

import functools
import ssl

import certifi


def new_tls_context() -> ssl.SSLContext:
    """A context that trusts the system's certificates, or certifi's: slim images have no certificate store."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context


tls_context = functools.cache(new_tls_context)
"""The process's TLS context; building one costs 40 ms and a megabyte."""
