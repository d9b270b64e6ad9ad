"""Answers what a channel or person gets: subscribing, editing, listing, ending, muting."""
