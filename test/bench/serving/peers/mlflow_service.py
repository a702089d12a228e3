"""mlflow_service.py echo|matrix PORT FOLDER: MLflow's scoring server, as `mlflow models serve` starts it."""
import os
import sys

import mlflow.pyfunc
import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
from model import answers

kind, port, folder = sys.argv[1:]


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


class Matrix(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return answers(np.asarray(model_input))


place = os.path.join(folder, "model")
code = [os.path.join(os.path.dirname(__file__), "model.py")]
mlflow.pyfunc.save_model(place, python_model=Echo() if kind == "echo" else Matrix(), code_paths=code, pip_requirements=[])
program = os.path.join(os.path.dirname(sys.executable), "mlflow")
os.execv(program, [program, "models", "serve", "-m", place, "--env-manager", "local", "-h", "127.0.0.1", "-p", port])
