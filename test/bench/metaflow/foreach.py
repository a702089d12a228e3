import os

from metaflow import FlowSpec, Parameter, step


def fail_if_asked(step_name):
    if os.environ.get("BENCH_FAILS") == step_name:
        raise RuntimeError(f"the bench asked {step_name} to fail")


class BenchForeach(FlowSpec):
    count = Parameter("count", default=50)

    @step
    def start(self):
        self.items = list(range(self.count))
        self.next(self.work, foreach="items")

    @step
    def work(self):
        fail_if_asked("work")
        self.square = self.input * self.input
        self.next(self.collect)

    @step
    def collect(self, inputs):
        self.total = sum(task.square for task in inputs)
        self.next(self.end)

    @step
    def end(self):
        fail_if_asked("end")
        print(f"result={self.total}")


if __name__ == "__main__":
    BenchForeach()
