import path from "node:path";
import type { PreparedInstall } from "../../../package/ship/npm-install.ts";
import { PACKAGE_PLACES } from "../../../serving/packaged/package-places.ts";

export interface DockerfileOptions {
  /** The image with Node that it builds on. */
  readonly base: string;
  /** What native parts in those folders are for, as `linux-x64`; null where every machine can build the image. */
  readonly platform: string | null;
  /** Folders beside the Dockerfile whose content is laid into the project's, in this order. */
  readonly parts: readonly string[];
  /** Labels of the image. */
  readonly labels: Readonly<Record<string, string>>;
  /** Packages with native parts that npm installs while the image is built. */
  readonly install: PreparedInstall | null;
}

/** Where all lies in the image. */
const HOME = "/srv";
/** The user that a service runs as: a number, so that Kubernetes sees that it is not root. */
export const SERVICE_USER = 10_001;

/** The Dockerfile of a packaged service: it copies, and runs nothing unless packages have to be installed. */
export function dockerfileText({ base, platform, parts, labels, install }: DockerfileOptions): string {
  const marks = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  const project = `${HOME}/${PACKAGE_PLACES.project}`;
  return `# Made by Millrace: package docker
ARG BASE=${base}
FROM ${platform === null ? "" : `--platform=${dockerPlatform(platform)} `}\${BASE}
${parts.map((part) => `COPY ${part}/ ${project}/\n`).join("")}COPY service/ ${HOME}/
${install === null ? "" : installText(install, project)}LABEL ${marks.join(" ")}
ENV HOME=/tmp NODE_ENV=production
WORKDIR ${HOME}
USER ${SERVICE_USER}:${SERVICE_USER}
EXPOSE 3000
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "${HOME}/${PACKAGE_PLACES.entry}"]
CMD ["serve", "--host", "0.0.0.0"]
`;
}

/** As Docker writes it: `linux/amd64`. */
export function dockerPlatform(platform: string): string {
  const [system = "", architecture = ""] = platform.split("-");
  return `${system}/${DOCKER_ARCHITECTURES[architecture] ?? architecture}`;
}

const DOCKER_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** npm takes those for the image's system; each is linked to where the project has it. */
function installText({ places }: PreparedInstall, project: string): string {
  const links = Object.entries(places).map(([place, name]) => {
    const link = `${project}/${place}`;
    const target = `${HOME}/install/node_modules/${name}`;
    return ` \\\n  && mkdir -p ${shellWord(path.posix.dirname(link))} && ln -s ${shellWord(target)} ${shellWord(link)}`;
  });
  return `RUN cd ${HOME}/install && npm install --no-audit --no-fund --loglevel=error${links.join("")}\n`;
}

/** A value as Docker reads it back; it would put variables in for `$`. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\$]/g, "\\$&").replaceAll(/[\r\n]+/g, " ")}"`;
}

function shellWord(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
