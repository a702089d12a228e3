import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ComparePage } from "./compare/compare-page.tsx";
import { FeatureViewPage } from "./features/feature-view-page.tsx";
import { FeaturesPage } from "./features/features-page.tsx";
import { ModelPage } from "./models/model-page.tsx";
import { ModelsPage } from "./models/models-page.tsx";
import { NotFound } from "./parts/not-found.tsx";
import { Guard } from "./parts/problem.tsx";
import { SiteHeader } from "./parts/site-header.tsx";
import { RunPage } from "./run/run-page.tsx";
import { RunsPage } from "./runs/runs-page.tsx";
import { useSite } from "./state/use-site.ts";
import { TaskPage } from "./task/task-page.tsx";

/** The whole page: what the address names. */
export function App(): JSX.Element {
  const { addresses, told } = useSite();
  const main = useRef<HTMLElement>(null);
  const { path } = addresses.current.value;
  const place = path.join("/");
  const isFirst = useRef(true);
  useEffect(() => {
    // A new page begins at its top for those who use no mouse, too.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [place]);
  return (
    <div onClick={(event) => follow(event, (href) => addresses.go(href))}>
      <a class="skip" href="#main" onClick={(event) => skip(event, main.current)}>
        Skip to the content
      </a>
      <SiteHeader />
      <main id="main" ref={main} tabIndex={-1}>
        <Guard key={place}>{pageAt(path)}</Guard>
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {told.value}
      </p>
    </div>
  );
}

function pageAt(path: readonly string[]): JSX.Element {
  const [room, flow, run, step, task, ...rest] = path;
  if (room === undefined) return <RunsPage />;
  if (room === "compare" && flow === undefined) return <ComparePage />;
  if (room === "models" && run === undefined) return flow === undefined ? <ModelsPage /> : <ModelPage name={flow} />;
  if (room === "features" && run === undefined)
    return flow === undefined ? <FeaturesPage /> : <FeatureViewPage name={flow} />;
  if (room !== "runs" || flow === undefined || rest.length > 0) return <NotFound path={path} />;
  if (run === undefined) return <RunsPage flow={flow} />;
  if (step === undefined) return <RunPage name={{ flow, run }} />;
  if (task === undefined || !/^\d{1,15}$/.test(task)) return <NotFound path={path} />;
  return <TaskPage name={{ flow, run }} step={step} task={task} />;
}

/** Links of the page lead on without loading it again. */
function follow(event: MouseEvent, go: (href: string) => void): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link === null || !isPlain || event.defaultPrevented || link.target !== "") return;
  const href = link.getAttribute("href") ?? "";
  if (!/^(\/(?!\/|api\/)|#\/)/.test(href)) return;
  event.preventDefault();
  go(href);
}

function skip(event: MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}
