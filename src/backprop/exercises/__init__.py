"""Checked exercises: ``check("2.3.1.a", answer)`` says what is wrong with an answer, or that it is correct.

The checkers of a page are in the file that bears the page's name: those of ``2_3_1_chain_rule.ipynb`` in
``section_2_3_1_chain_rule.py``. `checking` tries an answer, `diagnose` finds the words.
"""

from backprop.exercises.checking import check

__all__ = ["check"]
