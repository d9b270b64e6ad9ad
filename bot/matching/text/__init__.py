"""Normalizes text and cuts it into sentences and words, in Korean and English."""
