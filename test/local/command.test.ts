// The contract of `npm start`: what it takes, what it leaves, how it ends, and what it says when it cannot run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { routedEventTypes } from '../../shared/event-types.ts';
import { type Command, runCommand, startCommand, startScript } from './support/command.ts';
import { copyProject } from './support/project-copy.ts';

// A start takes four seconds of a core; a busy machine has less than one core for it.
vi.setConfig({ testTimeout: 120_000 });

const freePorts = ['--port', '0', '--admin-port', '0'];
const left: (() => void)[] = [];

afterEach(() => {
  for (const undo of left.splice(0).reverse()) undo();
});

const start = (...parameters: Parameters<typeof startCommand>): Command => {
  const command = startCommand(...parameters);
  left.push(() => command.signal('SIGKILL'));
  return command;
};

const copy = (...parameters: Parameters<typeof copyProject>): string => {
  const { folder, remove } = copyProject(...parameters);
  left.push(remove);
  return folder;
};

/** Writes the copy's CDK app: `change` is given `cdk`, `app` and `RappelStack`. */
const writeApp = (folder: string, change: string): void =>
  writeFileSync(
    join(folder, 'infra', 'app.ts'),
    `// The app, changed by a test.
import * as cdk from 'aws-cdk-lib';
import { RappelStack } from './rappel-stack.ts';

const app = new cdk.App();
${change}
`,
  );

const isFree = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  );

describe('npm start', () => {
  it('is what these tests run', () => {
    expect(packageJson.scripts.start).toBe(`exec node ${startScript.join(' ')}`);
  });

  it('prints its options when it is asked to, and nothing else', async () => {
    const { code, output } = await runCommand(['--help']);

    expect(code).toBe(0);
    expect(output).toMatch(/^npm start -- \[options\]\n/);
    expect(output).toContain('--retry-schedule 1,1,2');
  });

  it('refuses an option that there is not, with 2', async () => {
    expect(await runCommand(['--prot', '80'])).toEqual({
      code: 2,
      output: 'There is no option --prot: `npm start -- --help` shows the options.\n',
    });
  });
});

describe('a start that stays', () => {
  it('shows the demo, leaves its outputs, stands others beside it, and ends by Ctrl-C', async () => {
    const folder = copy();
    const data = join(folder, 'kept');
    const command = start([...freePorts, '--data', data], {
      folder,
      command: ['npm', 'start', '--'],
    });
    await command.until(/\nWhat happens, as it happens:\n/);
    const [, endpoint, adminUrl] = await command.until(
      /AWS endpoint {2}(http\S+).*\n {2}Admin URL {5}(http\S+)/,
    );
    const [port, adminPort] = [endpoint!, adminUrl!].map((url) => new URL(url).port);

    const outputs = JSON.parse(readFileSync(join(folder, '.local', 'outputs.json'), 'utf8'));
    const onItsPort = await runCommand(['--port', port!], { folder });
    const onItsAdminPort = await runCommand(['--port', '0', '--admin-port', adminPort!], {
      folder,
    });
    const onItsData = await runCommand([...freePorts, '--data', data], { folder });
    const wasFree = await Promise.all([isFree(endpoint!), isFree(adminUrl!)]);
    command.signal('SIGINT');
    const code = await command.ended;

    expect(command.output()).toContain(
      `\n${routedEventTypes.length} of ${routedEventTypes.length} event types delivered and verified\n`,
    );
    expect(Object.keys(outputs)).toEqual(['Rappel']);
    expect(outputs.Rappel).toMatchObject({ EventBusName: 'Rappel-events', AdminUrl: adminUrl });
    expect(Object.values(outputs.Rappel)).toContain(`${endpoint}/000000000000/Rappel-deliveries`);
    expect(onItsPort).toEqual({ code: 1, output: busy(port!, '--port') });
    expect(onItsAdminPort).toEqual({ code: 1, output: busy(adminPort!, '--admin-port') });
    expect(onItsData).toEqual({
      code: 1,
      output: `Another process uses ${data}/dynamodb: end it, or start with another data folder.\n`,
    });
    expect(wasFree).toEqual([false, false]);
    expect(code).toBe(0);
    expect(command.output()).toMatch(/\nStopping\.\n$/);
    expect(await Promise.all([isFree(endpoint!), isFree(adminUrl!)])).toEqual([true, true]);
  });

  it.runIf(process.env.RAPPEL_FULL)('ends where nobody reads on, as by Ctrl-C', async () => {
    const piped = ['bash', '-o', 'pipefail', '-c', '"$@" | head -1', 'bash'];

    expect(
      await runCommand(freePorts, { command: [...piped, process.execPath, ...startScript] }),
    ).toEqual({ code: 0, output: expect.stringMatching(/^Rappel runs on this machine[^\n]+\n$/) });
  });

  const busy = (port: string, option: string): string =>
    `Port ${port} on 127.0.0.1 is busy: stop what listens there, or choose another with ${option}.\n`;
});

describe('what keeps it from starting is told without a trace', () => {
  it('packages that are not installed', async () => {
    const folder = copy({ installed: false });

    expect(await runCommand([], { folder })).toEqual({
      code: 1,
      output: 'The packages are not installed: run `npm ci`.\n',
    });
  });

  it.each([
    ['linux', 'x64', 'run `npm ci`, which brings it along, and start by `npm start`.'],
    ['darwin', 'arm64', 'install Node 24 from https://nodejs.org/en/download (on Linux'],
  ])('an old Node on %s (%s)', async (platform, arch, remedy) => {
    const pretend = `
      Object.defineProperty(process, 'platform', { value: '${platform}' });
      Object.defineProperty(process, 'arch', { value: '${arch}' });
      Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } });`;
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;

    const { code, output } = await runCommand([], {
      command: [process.execPath, '--import', preload, ...startScript],
    });

    expect(code).toBe(1);
    expect(output).toContain(`Rappel needs Node 24, and this is Node 20.20.2: ${remedy}`);
    expect(output).toMatch(/^[^\n]+\n$/);
  });

  it('an app that throws, with the place', async () => {
    const folder = copy();
    writeFileSync(join(folder, 'infra', 'app.ts'), `\nthrow new Error('The stage is missing');\n`);

    expect(await runCommand(freePorts, { folder })).toEqual({
      code: 1,
      output:
        'The stack cannot be synthesized. Error: The stage is missing (infra/app.ts:2)\n' +
        'Mend it; `npm run synth` shows it whole.\n',
    });
  });

  it.runIf(process.env.RAPPEL_FULL)('code that does not compile, with the place', async () => {
    const folder = copy();
    writeFileSync(join(folder, 'functions', 'deliver', 'main.ts'), 'const = 1;\n');

    const { code, output } = await runCommand(freePorts, { folder });

    expect(code).toBe(1);
    expect(output).toMatch(
      /^The stack cannot be synthesized\. .*functions\/deliver\/main\.ts:1:6/s,
    );
    expect(output).toMatch(/\nMend it; `npm run synth` shows it whole\.\n$/);
    expect(output).not.toMatch(/^ +at /m);
  });

  it('each resource that this machine cannot run', async () => {
    const folder = copy();
    writeApp(
      folder,
      `const stack = new cdk.Stack(app, 'Rappel');
new cdk.CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' });
new cdk.CfnResource(stack, 'Stream', { type: 'AWS::Kinesis::Stream' });
void RappelStack;`,
    );

    expect(await runCommand(freePorts, { folder })).toEqual({
      code: 1,
      output:
        'Local mode cannot run this template:\n' +
        '- Bucket (AWS::S3::Bucket): this resource type is not emulated.\n' +
        '- Stream (AWS::Kinesis::Stream): this resource type is not emulated.\n' +
        'Change it in infra/, or teach infra/local/ to run it.\n',
    });
  });
});

describe.runIf(process.env.RAPPEL_FULL)('a demo that fails', () => {
  it('ends with 1, and names what is missing', async () => {
    const folder = copy();
    writeApp(
      folder,
      `for (const part of new RappelStack(app, 'Rappel').node.findChild('member.added').node.findAll()) {
  if (part instanceof cdk.aws_events.CfnRule) part.state = 'DISABLED';
}`,
    );

    const { code, output } = await runCommand([...freePorts, '--once'], { folder });

    expect(code).toBe(1);
    const count = routedEventTypes.length;
    expect(output).toMatch(
      new RegExp(
        `\\nMissing: member\\.added\\n${count - 1} of ${count} event types delivered and verified\\n$`,
      ),
    );
  });
});
