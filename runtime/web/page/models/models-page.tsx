import type { JSX } from "preact";
import type { ModelsAnswer } from "../../api/model-shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Link } from "../parts/link.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { aliasesText } from "./aliases-text.ts";

/** Every model of the datastore. */
export function ModelsPage(): JSX.Element {
  const { source } = useSite();
  useTitle("Models");
  const loaded = useLoad("models", () => source.get<ModelsAnswer>(["models"]));
  return (
    <>
      <h1>Models</h1>
      <Answered loaded={loaded}>
        {({ models }) => (models.length === 0 ? <NoModels /> : <ModelsTable models={models} />)}
      </Answered>
    </>
  );
}

function NoModels(): JSX.Element {
  return (
    <div class="empty">
      <p>There is no model in this datastore yet.</p>
      <p>
        <code>{'current.registerModel("churn", { artifact: "model" })'}</code> in a step makes one.
      </p>
    </div>
  );
}

function ModelsTable({ models }: ModelsAnswer): JSX.Element {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Models">
      <table class="models">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Latest</th>
            <th scope="col">Versions</th>
            <th scope="col">Aliases</th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ name, latest, versions, aliases, problem }) => (
            <tr key={name}>
              <th scope="row">
                <Link to={["models", name]}>{name}</Link>
              </th>
              <td class="number">{latest}</td>
              <td class="number">{versions}</td>
              <td>{problem ?? aliasesText(aliases)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
