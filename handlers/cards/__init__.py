"""Holds the cards that can be shown: frozen data, without a word of any language and without Slack's form."""
