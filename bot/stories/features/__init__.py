"""Turns an article into features: numbers that stand for its words, names, figures, places and times. Pure."""
