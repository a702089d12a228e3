"""Runs a pipeline to its end with Kubeflow's own local runner, each task a container that shares this machine's network.
Credentials are added to the containers, as a cluster gives them to pods. Prints JSON: whether the pipeline succeeded."""

import json
import os
import sys

from kfp import components, local

file, folder, parameters = sys.argv[1:]
with open(file) as source:
    pipeline = json.load(source)
for executor in pipeline["deploymentSpec"]["executors"].values():
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        executor["container"]["env"].append({"name": name, "value": os.environ[name]})
local.init(runner=local.DockerRunner(network_mode="host"), pipeline_root=folder, raise_on_error=True)
succeeded = True
try:
    components.load_component_from_text(json.dumps(pipeline))(parameters=json.loads(parameters))
except RuntimeError as error:
    print(error, file=sys.stderr)
    succeeded = False
print("\n" + json.dumps(succeeded))
