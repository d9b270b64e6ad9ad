"""Articles that tests publish."""

from __future__ import annotations

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in. "
    "The science ministry said that the machines would be shared with companies from next year."
)
"""It is about the sector ``quantum``, and names neither the pact nor an official."""
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = (
    "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday. "
    "It covers artificial intelligence, quantum computing and space, the science ministry said."
)
"""It is major news (severity 1) about the pact."""
