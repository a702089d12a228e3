"""Reads each file with Kubeflow's own protobuf and its loader: unknown fields, wrong types and bad words are errors."""

import json
import sys

from google.protobuf import json_format
from kfp import components
from kfp.pipeline_spec import pipeline_spec_pb2

for name in sys.argv[1:]:
    with open(name) as file:
        json_format.ParseDict(json.load(file), pipeline_spec_pb2.PipelineSpec())
    components.load_component_from_file(name)
    print("sound", name)
