"""Answers the home tab and its buttons."""
