"""The checkers of the book's exercises: one file per section, found by the exercise's number."""
