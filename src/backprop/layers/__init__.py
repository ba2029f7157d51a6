"""The layers, one file per family: dense, activations, regularization."""
