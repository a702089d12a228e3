import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { SchedulerNews } from "../../../deploy/local/scheduler-news.ts";
import type { Output } from "../../output.ts";

/** A line of a scheduler's log. */
export function newsText(news: SchedulerNews, colors: Output["colors"], now = new Date()): string {
  const time = colors.dim(
    now
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, "Z"),
  );
  return `${time} ${visibleLine(textOf(news, colors))}`;
}

function textOf(news: SchedulerNews, colors: Output["colors"]): string {
  switch (news.type) {
    case "listening":
      return `takes events at ${news.address}`;
    case "began":
      return `began: ${news.deployments} deployments, ${news.slots} slots, ${news.open} open runs`;
    case "deployment":
      return `${news.deployment} is ${news.state}${news.state === "on" ? `, version ${news.version ?? ""}` : ""}`;
    case "event":
      return `event ${news.name} ${news.event}: ${news.deployments.join(", ") || "no deployment waits for it"}`;
    case "fired":
      return `${colors.cyan("fired")} ${news.deployment} ${news.fire}: run ${news.run}`;
    case "skipped":
      return `${colors.yellow("skipped")} ${news.deployment} ${news.fire}: ${news.because}`;
    case "started":
      return `started ${news.deployment} ${news.run} in process ${news.pid}${news.attempt > 1 ? `, start ${news.attempt}` : ""}`;
    case "ended": {
      const paint = news.status === "succeeded" ? colors.green : colors.red;
      return `${paint(news.status)} ${news.deployment} ${news.run}`;
    }
    case "given-up":
      return `${colors.red("given up")} ${news.deployment} ${news.run}: its process died ${news.starts} times`;
    case "trouble":
      return `${colors.red("trouble")} with ${news.about}: ${news.error}`;
  }
}
