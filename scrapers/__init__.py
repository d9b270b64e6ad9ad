"""Reads outlets: feeds, sitemaps, listings and JSON to headlines, pages to articles."""
