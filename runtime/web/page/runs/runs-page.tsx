import type { JSX } from "preact";
import type { PageQuery } from "../address/addresses.ts";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { useNarrow } from "../state/use-narrow.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { RunFilters } from "./run-filters.tsx";
import { RunLine, RunLineHead } from "./run-line.tsx";
import { useRuns } from "./use-runs.ts";

const ROW_HEIGHT = 34;
const NARROW_ROW_HEIGHT = 66;
/** How many runs are loaded ahead of those in sight. */
const NEAR_END = 400;
const FILTERS = ["flow", "status", "tag", "user", "parameter", "text", "since"];
const SPANS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** All runs of all flows, or of one. */
export function RunsPage({ flow }: { flow?: string }): JSX.Element {
  const { addresses } = useSite();
  const { query, path } = addresses.current.value;
  const chosen = query.getAll("run");
  const isNarrow = useNarrow();
  const runs = useRuns(askedFor(query, flow));
  const isFiltered = FILTERS.some((name) => query.has(name));
  useTitle(...(flow === undefined ? [] : [flow]), "Runs");
  const choose = (name: string, isChosen: boolean): void => {
    const others = chosen.filter((one) => one !== name);
    addresses.go(addresses.with({ run: isChosen ? [...others, name] : others }), { isReplaced: true });
  };
  const { rows } = runs;
  return (
    <div class="page-runs">
      <div class="title-line">
        <h1>{flow === undefined ? "Runs" : `Runs of ${flow}`}</h1>
        {chosen.length > 0 && (
          <div class="chosen" role="status">
            {chosen.length} chosen{" "}
            {chosen.length > 1 ? (
              <Link to={["compare"]} query={{ run: chosen }} class="button primary">
                Compare
              </Link>
            ) : (
              <span class="quiet">choose another one to compare</span>
            )}
            <button type="button" onClick={() => addresses.go(addresses.with({ run: null }), { isReplaced: true })}>
              Choose none
            </button>
          </div>
        )}
      </div>
      <RunFilters key={path.join("/")} flows={runs.flows} flow={flow} />
      {runs.problem !== null && <Problem problem={runs.problem} />}
      {rows.length === 0 && <Nothing isLoaded={runs.isLoaded} isFiltered={isFiltered} />}
      {rows.length > 0 && (
        <VirtualRows
          count={rows.length}
          rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
          label="Runs"
          class="run-rows"
          header={<RunLineHead />}
          onSeen={(last) => {
            if (last > rows.length - NEAR_END) runs.more();
          }}
          row={(at) => {
            const run = rows[at];
            if (run === undefined) return null;
            const name = `${run.flow}/${run.id}`;
            return (
              <RunLine
                key={name}
                run={run}
                at={at}
                isChosen={chosen.includes(name)}
                onChosen={(isChosen) => choose(name, isChosen)}
              />
            );
          }}
        />
      )}
      {rows.length > 0 && (
        <p class="quiet" role="status">
          {rows.length.toLocaleString("en")} {runs.next === null ? "runs" : "runs so far; scroll for more"}
        </p>
      )}
    </div>
  );
}

function Nothing({ isLoaded, isFiltered }: { isLoaded: boolean; isFiltered: boolean }): JSX.Element {
  if (!isLoaded) return <p class="quiet waiting">Loading …</p>;
  if (isFiltered) return <p class="empty">No run fits these filters.</p>;
  return (
    <div class="empty">
      <p>There is no run in this datastore yet.</p>
      <p>
        Start one with <code>npx tsx flow.ts run</code>: it appears here by itself.
      </p>
    </div>
  );
}

function askedFor(query: URLSearchParams, flow: string | undefined): PageQuery {
  const asked: PageQuery = Object.fromEntries(FILTERS.map((name) => [name, query.getAll(name)]));
  const since = query.get("since");
  const [, count, unit] = /^(\d+)([hd])$/.exec(since ?? "") ?? [];
  if (count === undefined || unit === undefined) return { ...asked, ...(flow === undefined ? {} : { flow }) };
  // By the minute, so that the same question stays the same for a while.
  const from = Math.floor((Date.now() - Number(count) * (SPANS[unit] ?? 0)) / 60_000) * 60_000;
  return { ...asked, ...(flow === undefined ? {} : { flow }), since: new Date(from).toISOString() };
}
