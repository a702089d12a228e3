import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Fact } from "../parts/fact.tsx";
import { Link } from "../parts/link.tsx";
import { Duration, Moment } from "../parts/moment.tsx";
import { Guard } from "../parts/problem.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import type { RunAddress } from "../source/source.ts";
import { type SeenRun, useRun } from "../state/use-run.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { RUN_VIEWS } from "./run-views.tsx";
import { Tags } from "./tags.tsx";

/** A run: what it is, and one of its views. */
export function RunPage({ name }: { name: RunAddress }): JSX.Element {
  const seen = useRun(name);
  const status = seen.loaded.answer?.status;
  useTitle(...(status === undefined ? [] : [status]), `${name.flow}/${name.run}`);
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <Link to={[]}>Runs</Link> <span aria-hidden="true">/</span>{" "}
        <Link to={["runs", name.flow]}>{visibleLine(name.flow)}</Link>
      </nav>
      <Answered loaded={seen.loaded}>{(answer) => <Shown name={name} answer={answer} seen={seen} />}</Answered>
    </>
  );
}

interface ShownProps {
  readonly name: RunAddress;
  readonly answer: RunAnswer;
  readonly seen: SeenRun;
}

function Shown({ name, answer, seen }: ShownProps): JSX.Element {
  const { addresses } = useSite();
  const asked = addresses.current.value.query.get("view");
  const view = RUN_VIEWS.find((one) => one.id === asked) ?? RUN_VIEWS[0];
  return (
    <>
      <RunHead name={name} answer={answer} reload={seen.loaded.reload} />
      <nav class="views" aria-label="Views of the run">
        {RUN_VIEWS.map(({ id, title }) => (
          <Link
            key={id}
            to={["runs", name.flow, name.run]}
            query={{ view: id === RUN_VIEWS[0]?.id ? null : id }}
            isCurrent={id === view?.id}
          >
            {title}
          </Link>
        ))}
      </nav>
      <Guard key={view?.id}>{view?.draw({ name, answer, columns: seen.columns, version: seen.version })}</Guard>
    </>
  );
}

interface RunHeadProps {
  readonly name: RunAddress;
  readonly answer: RunAnswer;
  readonly reload: () => void;
}

function RunHead({ name, answer, reload }: RunHeadProps): JSX.Element {
  const { status, startedAt, finishedAt, user, host, origin, before, reason, deployment, cause } = answer;
  return (
    <header class="run-head">
      <div class="title-line">
        <h1>
          {visibleLine(name.flow)} <span class="mono">{visibleLine(name.run)}</span>
        </h1>
        <StatusMark status={status} />
      </div>
      <dl class="facts">
        <Fact title="Started">
          <Moment at={startedAt} />
        </Fact>
        {(finishedAt !== null || status === "running") && (
          <Fact title={status === "running" ? "Running for" : "Took"}>
            <Duration from={startedAt} to={finishedAt} />
          </Fact>
        )}
        <Fact title="User">{visibleLine(user)}</Fact>
        <Fact title="Host">{visibleLine(host)}</Fact>
        {deployment !== null && <Fact title="Deployment">{visibleLine(deployment)}</Fact>}
        {cause !== null && <Fact title="Cause">{visibleLine(cause)}</Fact>}
        {origin !== null && (
          <Fact title="Resumed from">
            <Link to={["runs", name.flow, origin]} class="mono">
              {visibleLine(origin)}
            </Link>
          </Fact>
        )}
        {before !== null && (
          <Fact title="Before it">
            <Link to={["runs", name.flow, before]} class="mono">
              {visibleLine(before)}
            </Link>{" "}
            <Link to={["compare"]} query={{ run: [`${name.flow}/${before}`, `${name.flow}/${name.run}`] }}>
              compare
            </Link>
          </Fact>
        )}
        <Fact title="Tags">
          <Tags name={name} answer={answer} onChanged={reload} />
        </Fact>
      </dl>
      {reason !== null && (
        <p class="problem">
          <strong>Why it failed:</strong> {visible(reason)}
        </p>
      )}
    </header>
  );
}
