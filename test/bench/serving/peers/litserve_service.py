"""litserve_service.py echo|matrix PORT: LitServe."""
import os
import sys

import litserve

sys.path.insert(0, os.path.dirname(__file__))
from model import answers


class Echo(litserve.LitAPI):
    def setup(self, device):
        pass

    def predict(self, request):
        return request


class Matrix(litserve.LitAPI):
    def setup(self, device):
        pass

    def decode_request(self, request):
        return request["row"]

    def batch(self, inputs):
        return inputs

    def predict(self, rows):
        return answers(rows)

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        return output.tolist()


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    api = Echo() if kind == "echo" else Matrix(max_batch_size=64, batch_timeout=0.001)
    server = litserve.LitServer(api, accelerator="cpu")
    server.run(port=int(port), host="127.0.0.1", log_level="error", generate_client_file=False)
