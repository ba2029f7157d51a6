"""Translations of the book: the words of each page, held against the English page and merged with it."""
