"""Holds what an operator may change: settings, lexicon, the pact's calendar. Imports nothing else of this project."""
