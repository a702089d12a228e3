import { FlowSpec, main, parameter, step, type Inputs } from "millrace";

/** Greets everybody on a list, each in a task of its own. */
export class HelloFlow extends FlowSpec {
  @parameter({ help: "who is greeted" }) names = ["Ada", "Grace", "Barbara"];

  greeting!: string;
  greetings!: string[];

  @step start() {
    this.next(this.greet, { foreach: "names" });
  }

  @step greet(name: string) {
    this.greeting = `Hello, ${name}!`;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<HelloFlow>) {
    this.greetings = inputs.map(({ greeting }) => greeting);
    this.next(this.end);
  }

  @step end() {
    console.log(this.greetings.join("\n"));
  }
}

main(HelloFlow);
