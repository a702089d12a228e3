"""Reads files of DAGs as Airflow does, and runs each DAG to its end without a scheduler. Prints JSON: states by name of the DAG."""

import json
import sys

try:  # Airflow 3
    from airflow.dag_processing.dagbag import DagBag
except ImportError:
    from airflow.models import DagBag

command, *files = sys.argv[1:]
found = {}
for file in files:
    bag = DagBag(file)
    for name, error in bag.import_errors.items():
        print(error, file=sys.stderr)
        found[name] = "not a DAG"
    for name, dag in bag.dags.items():
        found[name] = len(dag.tasks) if command == "read" else str(dag.test().state.value)
print("\n" + json.dumps(found))
