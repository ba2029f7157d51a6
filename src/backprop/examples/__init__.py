"""The book's recurring cast: the 2-2-2 network whose numbers never change, the surfaces to descend, the bug zoo."""
