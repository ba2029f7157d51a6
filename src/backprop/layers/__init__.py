"""The layers: each is two mirrored functions, ``forward`` and ``backward``. A file holds a family.

| file | layers |
|---|---|
| dense | Dense |
| activations | Identity, ReLU, LeakyReLU, Sigmoid, Tanh, GELU, Softmax |
| embedding, recurrent | Embedding; RNN, LSTM |
| over_time, attention | Conv1D, MaxOverTime, SumOverTime; Attention |
| convolution, pooling, images | Conv2D; MaxPool2D, AvgPool2D, GlobalAvgPool2D; Flatten |
| dropout, batch_norm | Dropout; BatchNorm |
| transformer | LayerNorm, PositionEmbedding, MultiHeadAttention |
| composite | Residual, Concat |
"""

from backprop.layers.activations import GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from backprop.layers.attention import Attention
from backprop.layers.batch_norm import BatchNorm
from backprop.layers.composite import Concat, Residual
from backprop.layers.convolution import Conv2D
from backprop.layers.dense import Dense
from backprop.layers.dropout import Dropout
from backprop.layers.embedding import Embedding
from backprop.layers.images import Flatten
from backprop.layers.over_time import Conv1D, MaxOverTime, SumOverTime
from backprop.layers.pooling import AvgPool2D, GlobalAvgPool2D, MaxPool2D
from backprop.layers.recurrent import LSTM, RNN
from backprop.layers.transformer import LayerNorm, MultiHeadAttention, PositionEmbedding

__all__ = [
    "GELU", "LSTM", "RNN", "Attention", "AvgPool2D", "BatchNorm", "Concat", "Conv1D", "Conv2D", "Dense", "Dropout",
    "Embedding", "Flatten", "GlobalAvgPool2D", "Identity", "LayerNorm", "LeakyReLU", "MaxOverTime", "MaxPool2D",
    "MultiHeadAttention", "PositionEmbedding", "ReLU", "Residual", "Sigmoid", "Softmax", "SumOverTime", "Tanh",
]  # fmt: skip
