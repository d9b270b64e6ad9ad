"""Answers why an article was or was not posted, stage by stage."""
