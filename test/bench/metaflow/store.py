# One measurement of Metaflow's datastore, in a process of its own: store.py JOB
import gc
import json
import os
import sys
import time
from array import array

from metaflow import FlowSpec, step
from metaflow.datastore import FlowDataStore
from metaflow.plugins.datastores.local_storage import LocalStorage

MB = 1_000_000
TWENTY = 20


class Bench(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        pass


def read_input(kind, file):
    if kind in ("objects", "tree", "small"):
        with open(file) as source:
            parsed = json.load(source)
        return parsed if kind == "small" else {"value": parsed}
    with open(file, "rb") as source:
        if kind == "bytes":
            return {"value": source.read()}
        if kind == "floats":
            return {"value": floats(source, 50 * MB)}
        return {f"part{index}": floats(source, 50 * MB // TWENTY) for index in range(TWENTY)}


def floats(source, count):
    result = array("f")
    result.fromfile(source, count)
    return result


def task(flow_store, task_id, mode):
    attempt = 0 if mode == "w" else None
    store = flow_store.get_task_datastore("1", "start", task_id, attempt=attempt, mode=mode)
    if mode == "w":
        store.init_task()
    return store


def commit(store, flow):
    store.persist(flow)
    store.done()


def put(job, flow_store, flow):
    store = task(flow_store, "1", "w")
    for name, value in read_input(job["kind"], job["input"]).items():
        setattr(flow, name, value)
    return lambda: commit(store, flow)


def get(job, flow_store, flow):
    def run():
        store = task(flow_store, "1", "r")
        flow._set_datastore(store)
        return {name: getattr(flow, name) for name in names(store)}

    return run


def change(job, flow_store, flow):
    def run():
        former = task(flow_store, "1", "r")
        store = task(flow_store, "2", "w")
        flow._set_datastore(former)
        for name in names(former):
            getattr(flow, name)
        flow.part0[0] = -1
        commit(store, flow)

    return run


def names(store):
    return [name for name, _ in store.items() if name.startswith(("value", "part", "small"))]


def status(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def forget_peak():
    gc.collect()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def bytes_below(folder):
    return sum(os.path.getsize(os.path.join(place, file)) for place, _, files in os.walk(folder) for file in files)


def same(kind, artifacts, wanted):
    if kind in ("floats", "twenty"):
        return all(artifacts[name].tobytes() == wanted[name].tobytes() for name in wanted)
    return artifacts == wanted


def main():
    job = json.loads(sys.argv[1])
    is_linux = sys.platform == "linux"
    os.makedirs(job["store"], exist_ok=True)
    before = bytes_below(job["store"])
    flow_store = FlowDataStore("Bench", storage_impl=LocalStorage, ds_root=job["store"])
    flow = Bench(use_cli=False)
    if is_linux:
        forget_peak()
        baseline = status("VmRSS")
    run = {"put": put, "get": get, "change": change}[job["action"]](job, flow_store, flow)
    if hasattr(os, "sync"):
        os.sync()
    if is_linux:
        forget_peak()
    started = time.perf_counter()
    result = run()
    ms = (time.perf_counter() - started) * 1000
    peak = status("VmHWM") - baseline if is_linux else None
    if job["action"] == "get" and not same(job["kind"], result, read_input(job["kind"], job["input"])):
        sys.exit("what came back is not the same")
    print(json.dumps({"ms": ms, "storedBytes": bytes_below(job["store"]) - before, "peakBytes": peak}))


main()
