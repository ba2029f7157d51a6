"""What the pages import is there and works, in Pyodide: prints what it saw as JSON."""

import importlib.metadata
import json
import logging
import logging.handlers
import os
import queue

os.environ["MPLBACKEND"] = "agg"
said = queue.SimpleQueue()
logging.getLogger("matplotlib").addHandler(logging.handlers.QueueHandler(said))
logging.getLogger("matplotlib").setLevel(logging.INFO)

import comm  # noqa: E402, F401
import joblib  # noqa: E402, F401
import matplotlib.pyplot as plt  # noqa: E402
import mpl_toolkits.mplot3d  # noqa: E402, F401
import psygnal  # noqa: E402, F401
import tqdm  # noqa: E402, F401
import traitlets  # noqa: E402, F401
import typing_extensions  # noqa: E402, F401
from sklearn.linear_model import LogisticRegression  # noqa: E402

import backprop.exercises.checking  # noqa: E402
import backprop.plots  # noqa: E402, F401
from backprop.data import mnist_sample, surnames  # noqa: E402
from backprop.results import ledger  # noqa: E402

digits = mnist_sample()
model = LogisticRegression(max_iter=5).fit(digits.x_train[:200], digits.y_train[:200])
plt.plot([1, 2])
plt.title("η → ∞")
plt.savefig("/tmp/figure.png")
print(
    json.dumps(
        {
            "digits": digits.x_train.shape,
            "surnames": len(surnames().texts),
            "right": model.score(digits.x_test, digits.y_test),
            "ledger": len(ledger.names()),
            "figure": os.path.getsize("/tmp/figure.png"),
            "anywidget": importlib.metadata.version("anywidget"),
            "said": [said.get().getMessage() for _ in range(said.qsize())],
        }
    )
)
