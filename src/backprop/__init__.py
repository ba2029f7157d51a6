"""Backpropagation by hand in NumPy: the package that every chapter of the book imports.

What lies open here is the library, a file for each idea; the layers have a room, and so have the data, the book's
examples, exercises, results, plots and widgets: ``from backprop.layers import Dense``.
"""

__version__ = "2.0.0"
