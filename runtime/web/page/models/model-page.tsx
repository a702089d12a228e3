import type { JSX } from "preact";
import type { ModelAnswer, ModelVersionRow } from "../../api/model-shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Link } from "../parts/link.tsx";
import { Section } from "../parts/section.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { ModelMonitor } from "./model-monitor.tsx";
import { MoveTable } from "./move-table.tsx";
import { VersionLineage } from "./version-lineage.tsx";
import { VersionTable } from "./version-table.tsx";

/** A model: its versions, where its aliases went, and what the chosen version was made from. */
export function ModelPage({ name }: { name: string }): JSX.Element {
  const { source } = useSite();
  useTitle(name, "Models");
  const loaded = useLoad(name, () => source.get<ModelAnswer>(["models", name]));
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <Link to={["models"]}>Models</Link>
      </nav>
      <h1>{name}</h1>
      <Answered loaded={loaded}>{(answer) => <Parts answer={answer} />}</Answered>
    </>
  );
}

/** The version that the address names, else that of an alias, else the newest. */
function Parts({ answer }: { answer: ModelAnswer }): JSX.Element {
  const { addresses } = useSite();
  const { versions, count, moves } = answer;
  const asked = addresses.current.value.query.get("version");
  const chosen = versions.find(({ number }) => String(number) === asked) ?? inUse(versions) ?? versions[0];
  if (chosen === undefined) return <p class="empty">All versions of this model were removed.</p>;
  return (
    <>
      <Section title="Versions">
        <VersionTable versions={versions} chosen={chosen.number} />
        {count > versions.length && (
          <p class="quiet">
            {versions.length} of {count} versions; <code>millrace models versions --limit 0</code> lists all.
          </p>
        )}
      </Section>
      <Section title={`Version ${chosen.number}`}>
        <VersionLineage version={chosen} />
      </Section>
      <Section title="Monitoring">
        <ModelMonitor model={answer.name} />
      </Section>
      <Section title="History">
        <MoveTable moves={moves} />
      </Section>
    </>
  );
}

function inUse(versions: readonly ModelVersionRow[]): ModelVersionRow | undefined {
  return versions.find(({ aliases }) => aliases.length > 0);
}
