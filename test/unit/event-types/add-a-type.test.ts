// A twelfth type is one file and its name in the registry: on a copy of the project, everything else follows.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routedEventTypes } from '../../../shared/event-types.ts';

const root = join(import.meta.dirname, '../../..');

const typeFile = `// \`task.completed\`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed } from './field.ts';
import { task } from './objects/task.ts';
import { user } from './objects/user.ts';
import { company, userId } from './references.ts';

export const taskCompleted = defineEventType({
  name: 'task.completed',
  label: { fr: 'Tâche faite', en: 'Task completed' },
  description: { fr: 'Une tâche est faite.', en: 'A task is done.' },
  group: 'actions',
  options: [],
  data: z.strictObject({
    user: proposed(user, 'Membre', 'Member'),
    task: proposed(task, 'La tâche', 'The task'),
    user_id: userId(proposed),
    company: company(proposed),
  }),
});
`;

/** What the copy's own catalogue, stack and pages say of the new type: nobody else has told them. */
const script = `
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildDocs } from './docs/build-docs.ts';
import { findBreakingChanges } from './docs/compare-contracts.ts';
import { contractOf } from './docs/contract.ts';
import { docsFolder, readContract } from './docs/docs-folder.ts';
import { RappelStack } from './infra/rappel-stack.ts';
import { eventTypes, isEventTypeName, routedEventTypes } from './shared/event-types.ts';
import { checkEvent } from './shared/event-types/check-event.ts';
import { findDeviations } from './shared/event-types/find-deviations.ts';
import { callbackJsonSchema } from './shared/event-types/json-schema.ts';
import { sampleCallback } from './shared/event-types/samples.ts';
import { thinData } from './shared/event-types/thin-data.ts';
import { renderVariant, variantOf } from './shared/event-variant.ts';
import { currentVersions } from './shared/subscription.ts';

const type = 'task.completed';
const sample = sampleCallback(type);
const entries = Object.values(eventTypes);
const template = Template.fromStack(new RappelStack(new App(), 'Rappel', { schemaRegistry: true }));
const docs = buildDocs(entries, readContract(), docsFolder());

const said = {
  known: isEventTypeName(type),
  routed: routedEventTypes.length,
  legacyName: eventTypes[type].legacyName,
  sample,
  deviations: findDeviations(type, sample.data),
  deviationsOfNothing: findDeviations(type, {}),
  jsonSchema: callbackJsonSchema(eventTypes[type], 'en'),
  thin: thinData(type, sample.data),
  resources: Object.values(template.toJSON().Resources),
  docs: Object.fromEntries(docs),
  breaking: findBreakingChanges(readContract(), contractOf(entries, readContract())),
};

// The next release gives it a second version, in which the task is called \`work\`.
const stepDown = ({ work, ...rest }) => ({ ...rest, task: work });
Object.assign(eventTypes[type], { version: 2, stepsDown: [stepDown] });
const { task, ...rest } = sample.data;
const { test: _, ...envelope } = sample;
const event = { ...envelope, companyId: 318, data: { ...rest, work: task }, version: 2 };
const first = { versions: {} };
const second = { versions: currentVersions() };
const textOf = (subscription) =>
  Buffer.from(renderVariant(event, variantOf(subscription, event))).toString('utf8');

console.log(JSON.stringify({
  ...said,
  versions: {
    published: checkEvent({ ...sample, companyId: 318, timestamp: new Date() }),
    variants: [first, second].map((subscription) => variantOf(subscription, event)),
    first: JSON.parse(textOf(first)),
    second: JSON.parse(textOf(second)),
    stillInTheQueue: variantOf(second, { ...event, version: undefined }),
  },
}));
`;

let folder = '';
// biome-ignore lint/suspicious/noExplicitAny: what the script prints, read field by field below
let said: any;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rappel-'));
  for (const part of ['shared', 'functions', 'infra', 'docs', 'cdk.json', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

  const registry = join(folder, 'shared/event-types.ts');
  const source = readFileSync(registry, 'utf8');
  writeFileSync(join(folder, 'shared/event-types/task-completed.ts'), typeFile);
  writeFileSync(
    registry,
    `import { taskCompleted } from './event-types/task-completed.ts';\n${source}`.replace(
      '  taskCreated,\n',
      '  taskCreated,\n  taskCompleted,\n',
    ),
  );
  writeFileSync(join(folder, 'say.ts'), script);

  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'say.ts')], {
    maxBuffer: 2 ** 26,
  });
  said = JSON.parse(stdout);
  // It synthesizes a stack: a few seconds, and many on a busy machine.
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a twelfth type', () => {
  it('is known and gets a rule and a queue, after the type that it was named after', () => {
    expect(said).toMatchObject({
      known: true,
      routed: routedEventTypes.length + 1,
      legacyName: 'task.completed',
    });
  });

  it('has a sample that its schema takes', () => {
    expect(said.sample).toMatchObject({ type: 'task.completed', event: 'task.completed' });
    expect(said.sample.data.task).toMatchObject({ type: 'task' });
    expect(said.deviations).toEqual([]);
  });

  it('has a schema that misses what is missing', () => {
    expect(said.deviationsOfNothing).toEqual(
      ['user', 'task', 'user_id', 'company'].map((path) => ({ path, problem: 'is missing' })),
    );
  });

  it('has a JSON Schema with its words and shared objects', () => {
    expect(said.jsonSchema).toMatchObject({
      title: 'Task completed',
      properties: { type: { const: 'task.completed' } },
    });
    expect(Object.keys(said.jsonSchema.$defs)).toEqual(expect.arrayContaining(['task', 'user']));
  });

  it('has a thin payload without a word of a person', () => {
    expect(Object.keys(said.thin)).toEqual(['user', 'task', 'user_id', 'company']);
    expect(Object.keys(said.thin.user)).toEqual(['id']);
  });

  it('has a rule, a queue with dead letters and alarms, fan-out’s ear, and its schema in the registry', () => {
    const names = (resourceType: string): string[] =>
      said.resources
        .filter(({ Type }: { Type: string }) => Type === resourceType)
        .map(({ Properties }: { Properties: object }) => JSON.stringify(Properties))
        .filter((text: string) => /task[-.]?completed/i.test(text));

    expect(names('AWS::Events::Rule')).toContainEqual(
      expect.stringContaining('"detail-type":["task.completed"]'),
    );
    expect(names('AWS::SQS::Queue').length).toBe(2);
    expect(names('AWS::Lambda::EventSourceMapping').length).toBe(1);
    expect(names('AWS::CloudWatch::Alarm').length).toBe(3);
    expect(names('AWS::EventSchemas::Schema').length).toBe(1);
  });

  it.each([
    ['fr', 'Tâche faite', 'Une tâche est faite.'],
    ['en', 'Task completed', 'A task is done.'],
  ])('is on the page of events (%s), with its fields and its sample', (language, label, words) => {
    const page: string = said.docs[`${language}/webhooks.md`];

    const section = page.slice(page.indexOf('<a id="task.completed">')).split('\n#### ')[1];

    expect(section).toMatch(new RegExp(`^${label}\n\n${RegExp.escape(words)}`));
    expect(section).toContain('| `task` | [`task`](#object-task) |');
    expect(section).toContain(JSON.stringify(said.sample, null, 2));
  });

  it('is in the OpenAPI description and in the contract, and breaks nothing', () => {
    expect(Object.keys(JSON.parse(said.docs['openapi.json']).webhooks)).toContain('task.completed');
    expect(Object.keys(JSON.parse(said.docs['contract.json']))).toContain('task.completed@1');
    expect(said.breaking).toEqual([]);
  });
});

describe.runIf(process.env.RAPPEL_FULL === '1')('in the local demo', () => {
  it('is published, delivered and verified with the others', async () => {
    const main = join(folder, 'infra/local/main.ts');
    const parameters = [main, '--once', '--port', '0', '--admin-port', '0'];

    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: folder });

    expect(stdout).toMatch(/task\.completed +→ Rappel-task-completed/);
    expect(stdout).toContain('12 of 12 event types delivered and verified');
  }, 180_000);
});

describe('its second version', () => {
  it('is said by the publisher', () => {
    expect(said.versions.published).toMatchObject({ ok: true });
    expect(JSON.parse(said.versions.published.detail).version).toBe(2);
  });

  it('goes to new subscriptions as it is, and one step down to those made before', () => {
    expect(said.versions.variants).toEqual(['down@1', 'full@2']);
    expect(said.versions.first).toEqual(said.sample);
    expect(said.versions.second.data).toEqual(
      expect.objectContaining({ work: said.sample.data.task }),
    );
  });

  it('leaves events of the first that are still in a queue what they are', () => {
    expect(said.versions.stillInTheQueue).toBe('full@1');
  });
});
