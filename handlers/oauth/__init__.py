"""Lets a workspace install the app from a browser, and gives Bolt the installations that are stored."""
