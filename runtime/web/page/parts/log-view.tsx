import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { LogsAnswer, ShownLogLine } from "../../api/shapes.ts";
import { TypedField } from "../runs/run-filters.tsx";
import type { RunAddress } from "../source/source.ts";
import { useSite } from "../state/use-site.ts";
import { LogLine } from "./log-line.tsx";
import { Problem } from "./problem.tsx";
import { useLog } from "./use-log.ts";
import { VirtualRows } from "./virtual-rows.tsx";

interface LogViewProps {
  /** Tells one log from another. */
  readonly id: string;
  readonly name: RunAddress;
  /** True while more can come. */
  readonly isLive: boolean;
  readonly hasStreams: boolean;
  readonly load: (offset: string | null, stream: string) => Promise<LogsAnswer>;
}

const ROW_HEIGHT = 19;
const STREAMS = ["both", "stdout", "stderr"];

/** What was printed: followed to its end, and searched. */
export function LogView({ id, name, isLive, hasStreams, load }: LogViewProps): JSX.Element {
  const { addresses } = useSite();
  const { query } = addresses.current.value;
  const stream = STREAMS.find((one) => one === query.get("stream")) ?? "both";
  const wanted = query.get("find") ?? "";
  const log = useLog({ key: `${id}?${stream}`, isLive, load: (offset) => load(offset, stream) });
  const [isFollowing, setFollowing] = useState(isLive);
  const [hit, setHit] = useState(0);
  const hits = useMemo(() => findHits(log.lines, wanted), [log.lines, wanted]);
  useEffect(() => setHit(0), [wanted]);
  const set = (field: string, value: string): void =>
    addresses.go(addresses.with({ [field]: value }), { isReplaced: true });
  const go = (by: number): void => {
    setFollowing(false);
    setHit((before) => (before + by + hits.length) % Math.max(hits.length, 1));
  };
  const shown = hits[hit] ?? null;
  const isHit = new Set(hits);
  return (
    <div class="log">
      <form
        class="tools"
        onSubmit={(event) => {
          event.preventDefault();
          go(1);
        }}
      >
        <TypedField name="find" label="Search" hint="" value={wanted} onTyped={set} />
        {wanted !== "" && (
          <>
            <span role="status" class="number">
              {hits.length === 0 ? "not found" : `${hit + 1} of ${hits.length.toLocaleString("en")}`}
            </span>
            <button type="button" onClick={() => go(-1)} disabled={hits.length === 0}>
              Previous
            </button>
            <button type="submit" disabled={hits.length === 0}>
              Next
            </button>
          </>
        )}
        {hasStreams && (
          <label>
            <span>Output</span>
            <select value={stream} onChange={({ currentTarget }) => set("stream", currentTarget.value)}>
              {STREAMS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={({ currentTarget }) => setFollowing(currentTarget.checked)}
          />
          <span>Keep to the end</span>
        </label>
      </form>
      {log.problem !== null && <Problem problem={log.problem} />}
      {log.lines.length === 0 ? (
        <p class="quiet">{log.isLoaded ? "Nothing was printed." : "Loading …"}</p>
      ) : (
        <VirtualRows
          count={log.lines.length}
          rowHeight={ROW_HEIGHT}
          label="Log"
          class="log-rows"
          isFollowing={isFollowing}
          onLeftEnd={() => setFollowing(false)}
          shown={isFollowing ? null : shown}
          row={(at) => {
            const line = log.lines[at];
            return line === undefined ? null : (
              <LogLine key={at} line={line} name={name} mark={at === shown ? "shown" : isHit.has(at) ? "hit" : ""} />
            );
          }}
        />
      )}
    </div>
  );
}

function findHits(lines: readonly ShownLogLine[], wanted: string): readonly number[] {
  if (wanted === "") return [];
  const text = wanted.toLowerCase();
  return lines.flatMap((line, at) => (line.text.toLowerCase().includes(text) ? [at] : []));
}
