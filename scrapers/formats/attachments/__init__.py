"""Finds the documents that a page links to, and reads the text of PDF, HWPX and ODT."""
