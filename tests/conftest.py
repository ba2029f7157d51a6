"""What all tests share: property tests that try the same examples everywhere and never fail for being slow."""

from hypothesis import settings

settings.register_profile("book", max_examples=50, deadline=None, derandomize=True, database=None)
settings.load_profile("book")
