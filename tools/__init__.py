"""What keeps the book in order: its installer, its linters, and what runs and compares its notebooks."""
