"""BentoML: `bentoml serve bento_service:Echo` or `bento_service:Matrix`."""
import bentoml
import numpy as np
from model import answers


@bentoml.service(logging={"access": {"enabled": False}})
class Echo:
    @bentoml.api
    def ask(self, id: int, text: str) -> dict:
        return {"id": id, "text": text}


@bentoml.service(logging={"access": {"enabled": False}})
class Matrix:
    @bentoml.api(batchable=True, max_batch_size=64)
    def ask(self, rows: np.ndarray) -> np.ndarray:
        return answers(rows)
