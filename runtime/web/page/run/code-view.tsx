import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { CodeAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { DiffText } from "../parts/diff-text.tsx";
import { Link } from "../parts/link.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";

/** The files of the flow as they were packaged, or how they differ from the run before. */
export function CodeView({ name, answer }: RunViewProps): JSX.Element {
  const { source, addresses } = useSite();
  const { before } = answer;
  const against = addresses.current.value.query.get("against");
  const loaded = useLoad([name.flow, name.run, against].join("/"), () =>
    source.below<CodeAnswer>(name, ["code"], { against }),
  );
  const to = ["runs", name.flow, name.run];
  return (
    <>
      {before !== null && (
        <p class="choices">
          <Link to={to} query={{ view: "code" }} isCurrent={against === null} class="button">
            Files
          </Link>{" "}
          <Link to={to} query={{ view: "code", against: before }} isCurrent={against === before} class="button">
            Difference to the run before
          </Link>
        </p>
      )}
      <Answered loaded={loaded}>
        {({ files }) => (
          <>
            {files.length === 0 && (
              <p class="empty">{against === null ? "No files were kept." : "The code is the same."}</p>
            )}
            {files.map(({ path, text }) => (
              <details key={path} open={files.length < 4 || against !== null} class="file">
                <summary class="mono">{visibleLine(path)}</summary>
                {against === null ? <Listing text={text} path={path} /> : <DiffText text={text} label={path} />}
              </details>
            ))}
          </>
        )}
      </Answered>
    </>
  );
}

function Listing({ text, path }: { text: string; path: string }): JSX.Element {
  const lines = text.split("\n");
  const width = String(lines.length).length;
  return (
    <pre class="frame" tabIndex={0} role="region" aria-label={visibleLine(path)}>
      {lines.map((line, at) => (
        <span key={at} class="code-line">
          <span class="quiet" aria-hidden="true">
            {String(at + 1).padStart(width)}
            {"  "}
          </span>
          {visible(line)}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
