"""Answers what concerns the whole workspace: lexicon, outlets, export, debug."""
