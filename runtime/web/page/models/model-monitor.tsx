import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { MonitorAnswer, MonitorTable } from "../../api/model-shapes.ts";
import { MONITOR_WINDOWS } from "../../api/monitor-windows.ts";
import { Answered } from "../parts/answered.tsx";
import { Fact } from "../parts/fact.tsx";
import { Link } from "../parts/link.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";

const TEXTS: Readonly<Record<(typeof MONITOR_WINDOWS)[number], string>> = {
  "1h": "last hour",
  "1d": "last day",
  "7d": "last week",
};

/** How the model is doing. It reads all requests of that time, so it waits until somebody asks. */
export function ModelMonitor({ model }: { model: string }): JSX.Element {
  const { addresses, source } = useSite();
  const { path, query } = addresses.current.value;
  const version = query.get("version");
  const window = MONITOR_WINDOWS.find((span) => span === query.get("window")) ?? null;
  const loaded = useLoad(window === null ? null : `${model} ${window}`, () =>
    source.get<MonitorAnswer>(["models", model, "monitor"], { window: window ?? "" }),
  );
  return (
    <>
      <p>
        {MONITOR_WINDOWS.map((span) => (
          <span key={span}>
            <Link
              to={path}
              query={{ ...(version === null ? {} : { version }), window: span }}
              isCurrent={span === window}
            >
              {TEXTS[span]}
            </Link>{" "}
          </span>
        ))}
      </p>
      {window !== null && <Answered loaded={loaded}>{(answer) => <Report report={answer} />}</Answered>}
    </>
  );
}

function Report({ report }: { report: MonitorAnswer }): JSX.Element {
  const { title, verdict, accuracy, traffic, drift, notes } = report;
  return (
    <>
      <p>
        {visibleLine(title)}: <strong>{visibleLine(verdict)}</strong>
      </p>
      <dl class="facts">
        {/* Each field of an answer has the same rows. */}
        {accuracy.map(([name, value], at) => (
          <Fact title={visibleLine(name.trim())} key={at}>
            {visibleLine(value)}
          </Fact>
        ))}
      </dl>
      <Rows title="Requests by version" table={traffic} />
      <Rows title="Drift by column" table={drift} />
      <p class="quiet">{visibleLine(notes.join("; "))}</p>
    </>
  );
}

function Rows({ title, table: { header, rows } }: { title: string; table: MonitorTable }): JSX.Element | null {
  if (rows.length === 0) return null;
  return (
    <div class="wide" tabIndex={0} role="region" aria-label={title}>
      <table class="models">
        <thead>
          <tr>
            {header.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = "", ...cells], row) => (
            <tr key={row}>
              <th scope="row">{visibleLine(name)}</th>
              {cells.map((cell, at) => (
                <td key={at}>{visibleLine(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
