from metaflow import FlowSpec, step


class BenchLinear(FlowSpec):
    @step
    def start(self):
        self.value = 1
        self.next(self.double)

    @step
    def double(self):
        self.value = self.value * 2
        self.next(self.add)

    @step
    def add(self):
        self.value = self.value + 3
        self.next(self.end)

    @step
    def end(self):
        print(f"result={self.value}")


if __name__ == "__main__":
    BenchLinear()
