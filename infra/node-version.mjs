// Preloaded by every npm script: stops with one sentence where the Node that runs is too old to run TypeScript.
const wanted = 24;
const found = Number(process.versions.node.split('.')[0]);

if (found < wanted) {
  console.error(
    `Rappel needs Node ${wanted}, and this is Node ${process.versions.node}. On Linux (x64, arm64) \`npm ci\` brings it ` +
      `along; on ${process.platform} (${process.arch}) install Node ${wanted} yourself: https://nodejs.org/en/download`,
  );
  process.exit(1);
}
