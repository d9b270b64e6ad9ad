"""Reads one format each: feed, sitemap, listing, JSON, article page."""
