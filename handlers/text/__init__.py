"""Holds every sentence shown, in Korean and English, and the rules that fill it in."""
