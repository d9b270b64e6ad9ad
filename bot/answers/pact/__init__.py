"""Answers about the pact itself: dates, commitments, officials, the heat of its sectors."""
