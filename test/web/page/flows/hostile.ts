import { current, FlowSpec, type Inputs, main, parameter, step } from "millrace";

const SCRIPT = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>";
const TERMINAL =
  "\u001b]8;;javascript:window.hacked=3\u0007click\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[2J \u202etxt.exe \u001b[31mred\u001b[0m";
const LINK = '\u001b]8;;https://example.org/"onmouseover="window.hacked=4\u0007a link\u001b]8;;\u0007';

class HostileFlow extends FlowSpec {
  @parameter() text = SCRIPT;
  items!: { name: string }[];
  value!: unknown;

  /** <script>window.hacked = 5</script><img src=x onerror="window.hacked = 6"> */
  @step start() {
    console.log(SCRIPT);
    console.log(TERMINAL);
    console.log(LINK);
    current.log({ "<img src=x onerror=window.hacked=7>": 1 });
    this.value = { [SCRIPT]: SCRIPT, html: `<svg onload="window.hacked = 8">`, list: [SCRIPT, TERMINAL] };
    this.items = [{ name: SCRIPT }, { name: TERMINAL }];
    this.next(this.work, { foreach: "items", label: "name" });
  }

  @step work({ name }: { name: string }) {
    if (name === SCRIPT) throw new Error(`${SCRIPT} ${TERMINAL}`);
    this.next(this.join);
  }

  @step join(_inputs: Inputs<HostileFlow>) {
    this.next(this.end);
  }

  @step end() {}
}

main(HostileFlow);
