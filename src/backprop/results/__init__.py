"""The results ledger: a file for each experiment of ``experiments/``, with its runs, and `ledger`, which reads them.

``shipped/`` holds what experiments bake for the widgets and the surfaces.
"""
