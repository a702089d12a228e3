"""The model that all peers answer with: two small layers of whole numbers, so that every sum is exact."""
import numpy as np

FIRST = np.array([[(i * 7 + j * 3) % 5 - 2 for j in range(256)] for i in range(64)], dtype=np.float64)
SECOND = np.array([[(i * 5 + j * 11) % 7 - 3 for j in range(10)] for i in range(256)], dtype=np.float64)


def answers(rows):
    return np.maximum(np.asarray(rows, dtype=np.float64) @ FIRST, 0) @ SECOND
