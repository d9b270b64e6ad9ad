"""Checks a lexicon, explains its decisions and proposes new spellings."""
