// A twelfth type is one file and its name in the registry: on a copy of the sources, everything else follows.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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

/** What the catalogue says of the new type, and nothing that the copy knows of it by itself. */
const script = `
import { eventTypes, isEventTypeName, routedEventTypes } from './shared/event-types.ts';
import { findDeviations } from './shared/event-types/find-deviations.ts';
import { callbackJsonSchema } from './shared/event-types/json-schema.ts';
import { sampleCallback } from './shared/event-types/samples.ts';
import { thinData } from './shared/event-types/thin-data.ts';
const type = 'task.completed';
const sample = sampleCallback(type);
console.log(JSON.stringify({
  known: isEventTypeName(type),
  routed: routedEventTypes.length,
  legacyName: eventTypes[type].legacyName,
  sample,
  deviations: findDeviations(type, sample.data),
  deviationsOfNothing: findDeviations(type, {}),
  jsonSchema: callbackJsonSchema(eventTypes[type], 'en'),
  thin: thinData(type, sample.data),
}));
`;

let folder = '';
// biome-ignore lint/suspicious/noExplicitAny: what the script prints, read field by field below
let said: any;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rappel-'));
  cpSync(join(root, 'shared'), join(folder, 'shared'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

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

  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'say.ts')]);
  said = JSON.parse(stdout);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a twelfth type', () => {
  it('is known and gets a rule and a queue, after the type that it was named after', () => {
    expect(said).toMatchObject({ known: true, routed: 12, legacyName: 'task.completed' });
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
});
