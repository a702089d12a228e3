import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { ModelVersionRow } from "../../api/model-shapes.ts";
import { Fact } from "../parts/fact.tsx";
import { Link } from "../parts/link.tsx";

const HASH_CHARS = 8;

/** What a version is, and what it was made from. */
export function VersionLineage({ version }: { version: ModelVersionRow }): JSX.Element {
  const { flow, run, step, task, artifact, type, size, hash, description, metrics, lineage } = version;
  const { code, flowFile, commit, millrace, node, packages, parameters, data, features } = lineage;
  return (
    <>
      {description !== null && <p class="description">{visible(description)}</p>}
      <dl class="facts">
        <Fact title="Artifact">
          {visibleLine(artifact)}, {visibleLine(type)}, {sizeText(size)}, <code>{hash.slice(0, HASH_CHARS)}</code>
        </Fact>
        <Fact title="Task">
          <Link to={["runs", flow, run, step, String(task)]}>{`${flow}/${run}/${step}/${task}`}</Link>
        </Fact>
        <Fact title="Code">
          {visibleLine(flowFile)}, package <code>{code.slice(0, HASH_CHARS)}</code>
        </Fact>
        {commit !== null && <Fact title="Commit">{visibleLine(commit)}</Fact>}
        <Fact title="Millrace, Node">{`${millrace}, ${node}`}</Fact>
        {texts("Metrics", Object.entries(metrics))}
        {texts("Packages", Object.entries(packages))}
        {texts(
          "Parameters",
          parameters.map(({ name, text }) => [name, text]),
        )}
        {texts(
          "Data",
          data.map((one) => [one.name, `${one.type} ${one.hash.slice(0, HASH_CHARS)}`]),
        )}
        {features.length > 0 && (
          <Fact title="Features">
            {features.map((use) => (
              <div key={`${use.view} ${use.version}`}>
                <Link to={["features", use.view]}>{use.view}</Link>
                {` version ${use.version}: ${use.features.join(", ")}`}
              </div>
            ))}
          </Fact>
        )}
      </dl>
    </>
  );
}

/** Nothing where there is nothing to tell. */
function texts(title: string, all: readonly (readonly [string, string | number])[]): JSX.Element | null {
  if (all.length === 0) return null;
  return <Fact title={title}>{visibleLine(all.map(([name, value]) => `${name} ${value}`).join(", "))}</Fact>;
}
