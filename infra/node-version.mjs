// Preloaded by every npm script: stops with one sentence where packages are missing, or where the Node that runs
// is too old to run TypeScript.
import { existsSync } from 'node:fs';

const wanted = 24;
const found = Number(process.versions.node.split('.')[0]);
const isInstalled = existsSync(new URL('../node_modules/.package-lock.json', import.meta.url));
const comesAlong = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

const stop = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

if (!isInstalled) stop('The packages are not installed: run `npm ci`.');

if (found < wanted) {
  const thisNode = `Rappel needs Node ${wanted}, and this is Node ${process.versions.node}`;
  stop(
    comesAlong
      ? `${thisNode}: run \`npm ci\`, which brings it along, and start by \`npm start\`.`
      : `${thisNode}: install Node ${wanted} from https://nodejs.org/en/download (on Linux, x64 and arm64, \`npm ci\` brings it along).`,
  );
}
