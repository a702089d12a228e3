import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import { SERIES_FROM_MS } from "../../api/series-from-ms.ts";
import { durationText } from "../../../text/duration-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { AttemptAnswer, TaskAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { CardView } from "../parts/card-view.tsx";
import { Fact } from "../parts/fact.tsx";
import { Link } from "../parts/link.tsx";
import { LogView } from "../parts/log-view.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { Section } from "../parts/section.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import type { RunAddress } from "../source/source.ts";
import { useInterval } from "../state/use-interval.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { ArtifactList } from "./artifact-list.tsx";
import { AttemptTable } from "./attempt-table.tsx";
import { ErrorView } from "./error-view.tsx";
import { TaskMetrics } from "./task-metrics.tsx";
import { TaskUsage } from "./task-usage.tsx";
import { Relatives } from "./relatives.tsx";

const POLL_MS = 2000;

interface TaskPageProps {
  readonly name: RunAddress;
  readonly step: string;
  readonly task: string;
}

/** A task: why it failed, what it printed, what it left. */
export function TaskPage({ name, step, task }: TaskPageProps): JSX.Element {
  const { source } = useSite();
  const { flow, run } = name;
  const loaded = useLoad([flow, run, step, task].join("/"), () => source.below<TaskAnswer>(name, [step, task]));
  const { answer } = loaded;
  const isLive = answer?.status === "running" || answer?.status === "pending";
  useInterval(isLive && !source.isExport ? POLL_MS : null, loaded.reload);
  useTitle(...(answer === null ? [] : [answer.status]), `${step}/${task}`, `${flow}/${run}`);
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <Link to={[]}>Runs</Link> <span aria-hidden="true">/</span> <Link to={["runs", flow]}>{visibleLine(flow)}</Link>{" "}
        <span aria-hidden="true">/</span> <Link to={["runs", flow, run]}>{visibleLine(run)}</Link>{" "}
        <span aria-hidden="true">/</span>{" "}
        <Link to={["runs", flow, run]} query={{ view: "tasks", step }}>
          {visibleLine(step)}
        </Link>
      </nav>
      <Answered loaded={loaded}>{(shown) => <Shown name={name} answer={shown} isLive={isLive} />}</Answered>
    </>
  );
}

interface ShownProps {
  readonly name: RunAddress;
  readonly answer: TaskAnswer;
  readonly isLive: boolean;
}

function Shown({ name, answer, isLive }: ShownProps): JSX.Element {
  const { source, addresses } = useSite();
  const asked = addresses.current.value.query.get("attempt");
  const attempt = answer.attempts.find((one) => String(one.attempt) === asked) ?? answer.attempts.at(-1);
  const place = [answer.step, String(answer.task)];
  const isLatest = attempt === answer.attempts.at(-1);
  const shownAttempt = isLatest || attempt === undefined ? null : String(attempt.attempt);
  return (
    <>
      <TaskHead answer={answer} attempt={attempt} />
      {answer.attempts.length > 1 && <AttemptTable name={name} answer={answer} shown={attempt} />}
      {attempt?.error != null && <ErrorView error={attempt.error} />}
      <Section title="Log">
        <LogView
          id={[name.flow, name.run, ...place, attempt?.attempt].join("/")}
          name={name}
          isLive={isLive && isLatest}
          hasStreams
          load={(offset, stream) =>
            source.below(name, [...place, "logs"], {
              offset,
              stream,
              attempt: shownAttempt,
            })
          }
        />
      </Section>
      {answer.metrics.length > 0 && (
        <Section title="Metrics">
          <TaskMetrics name={name} place={place} attempt={shownAttempt} isLive={isLive} />
        </Section>
      )}
      {attempt?.finishedAt != null && attempt.finishedAt - attempt.startedAt >= SERIES_FROM_MS && (
        <TaskUsage name={name} place={place} attempt={shownAttempt} />
      )}
      {answer.cards.length > 0 && (
        <Section title="Cards">
          <div class="cards">
            {answer.cards.map((card) => (
              <CardView key={card.id} name={name} place={place} card={card} attempt={shownAttempt} />
            ))}
          </div>
        </Section>
      )}
      <Section title="Artifacts">
        <ArtifactList name={name} place={place} artifacts={answer.artifacts} />
      </Section>
      <Section title="Where it stands">
        <Relatives name={name} answer={answer} />
      </Section>
    </>
  );
}

function TaskHead({ answer, attempt }: { answer: TaskAnswer; attempt: AttemptAnswer | undefined }): JSX.Element {
  const { step, task, label, status, index, isReused, isCancelled, startedAt, finishedAt, kernels, progress } = answer;
  return (
    <header class="run-head">
      <div class="title-line">
        <h1>
          {visibleLine(step)}/{task} {label !== "" && <span class="mono">{visibleLine(label)}</span>}
        </h1>
        <StatusMark status={status} />
        {isReused && <StatusMark status="reused" />}
        {isCancelled && <StatusMark status="cancelled" />}
      </div>
      {progress !== null && status === "running" && (
        <p>
          <progress value={progress.fraction} max={1} aria-label="Progress" /> {Math.round(progress.fraction * 100)} %{" "}
          {visible(progress.note)}
        </p>
      )}
      <dl class="facts">
        <Fact title="Started">
          <Moment at={attempt?.startedAt ?? startedAt} />
        </Fact>
        {((attempt?.finishedAt ?? finishedAt) !== null || status === "running") && (
          <Fact title="Took">
            <Duration
              from={attempt?.startedAt ?? startedAt}
              to={attempt === undefined ? finishedAt : attempt.finishedAt}
            />
          </Fact>
        )}
        {index !== null && <Fact title="Index">{index}</Fact>}
        {attempt !== undefined && <Fact title="Attempt">{`${attempt.attempt + 1} of ${answer.attempts.length}`}</Fact>}
        {attempt?.cpuMs != null && <Fact title="Processor time">{durationText(attempt.cpuMs)}</Fact>}
        {attempt?.peakMemory != null && <Fact title="Most memory">{sizeText(attempt.peakMemory)}</Fact>}
        {kernels !== null && <Fact title="Kernels">{visible(kernels)}</Fact>}
      </dl>
    </header>
  );
}
