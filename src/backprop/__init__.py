"""Backpropagation by hand in NumPy: the package that every chapter of the book imports.

Import the module you want to read: ``from backprop.layers.dense import Dense``.
"""

__version__ = "0.1.0"
