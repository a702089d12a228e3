import { FlowSpec, main, step, triggerOnFinish } from "millrace";

@triggerOnFinish({ flow: "EachMinuteFlow" })
class FollowsFlow extends FlowSpec {
  @step({ start: true, end: true }) start() {}
}

main(FollowsFlow);
