// The catalogue's registry and samples: what everybody imports.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventGroup } from '../../shared/event-types/define-event-type.ts';
import { operationalEventTypes } from '../../shared/event-types/operational-event-types.ts';
import { sampleBytes, sampleCallback, sampleDetail } from '../../shared/event-types/samples.ts';
import {
  type EventTypeName,
  eventTypes,
  isEventTypeName,
  routedEventTypes,
} from '../../shared/event-types.ts';

describe('the catalogue', () => {
  it('lists the eleven published types in the order of the documentation', () => {
    expect(routedEventTypes).toEqual([
      'candidate.created',
      'candidate.moved',
      'candidate.archived',
      'comment.created',
      'task.created',
      'message.sent',
      'message.received',
      'member.added',
      'vacancy.created',
      'vacancy.updated',
      'vacancy.archived',
    ]);
  });

  it.each<[EventTypeName, EventGroup, string, string]>([
    ['candidate.created', 'candidates', 'Nouveau candidat', 'New candidate'],
    ['candidate.moved', 'candidates', "Déplacement d'un candidat", 'Candidate moved'],
    ['candidate.hired', 'candidates', 'Candidat recruté', 'Candidate hired'],
    ['candidate.archived', 'candidates', "Archivage d'un candidat", 'Candidate archived'],
    ['comment.created', 'comments', 'Nouveau commentaire', 'New comment'],
    ['task.created', 'actions', 'Nouvelle tâche', 'New task'],
    ['message.sent', 'messages', 'Nouveau message envoyé', 'Message sent'],
    ['message.received', 'messages', 'Nouveau message reçu', 'Message received'],
    ['member.added', 'members', "Ajout d'un membre", 'Member added'],
    ['vacancy.created', 'vacancies', 'Nouvelle offre', 'New job listing'],
    ['vacancy.updated', 'vacancies', "Mise à jour d'une offre", 'Job listing updated'],
    ['vacancy.archived', 'vacancies', "Archivage d'une offre", 'Job listing archived'],
  ])(
    'calls %s as the ATS does, in the group of its settings page, at version 1',
    (type, group, fr, en) => {
      expect(eventTypes[type]).toMatchObject({ group, label: { fr, en }, version: 1 });
    },
  );

  it('keeps the four names that the ATS documented before there was a type', () => {
    const legacyNames = routedEventTypes.map((type) => eventTypes[type].legacyName);

    expect(legacyNames.filter((name, index) => name !== routedEventTypes[index])).toEqual([
      'new_applicant',
      'drag_applicant',
      'new_message',
      'new_vacancy',
    ]);
  });

  it('holds the hire beside them, which no rule takes', () => {
    const derived = Object.values(eventTypes).filter(({ routed }) => !routed);

    expect(derived.map(({ name }) => name)).toEqual(['candidate.hired']);
    expect(routedEventTypes).not.toContain('candidate.hired');
    expect(isEventTypeName('candidate.hired')).toBe(true);
  });

  it('documents the operational events and lets no subscription name them', () => {
    const names = Object.keys(operationalEventTypes);

    expect(names.filter((name) => isEventTypeName(name))).toEqual([]);
    expect(names).toContain('webhook.subscription.disabled');
  });

  it.each(['toString', '__proto__', 'candidate', 'Candidate.moved', '*', 7, null, undefined])(
    'does not take %s for an event type',
    (value) => {
      expect(isEventTypeName(value)).toBe(false);
    },
  );
});

describe.each(routedEventTypes)('the sample of %s', (type) => {
  const file = `shared/event-types/samples/${type}.json`;

  it.runIf(existsSync(file))('has the bytes of its file without line breaks', () => {
    expect(new TextDecoder().decode(sampleBytes(type))).toBe(
      JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))),
    );
  });

  it('names the type and its legacy name', () => {
    const { type: sampleType, event } = sampleCallback(type);

    expect({ sampleType, event }).toEqual({ sampleType: type, event: eventTypes[type].legacyName });
  });

  it('comes from a detail that holds what the ATS puts and no more', () => {
    expect(Object.keys(sampleDetail(type))).toEqual(['id', 'timestamp', 'company_id', 'data']);
  });
});

it('has a sample of a hire that is what the sample of a move leads to', () => {
  const move = sampleCallback('candidate.moved');

  expect(sampleCallback('candidate.hired')).toEqual({
    ...move,
    id: 'evt_01JA02VERLAINE000002_hired',
    type: 'candidate.hired',
    event: 'candidate.hired',
  });
});
