"""Turns stored articles into files for people: CSV and JSON lines."""
