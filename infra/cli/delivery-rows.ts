// Deliveries as rows of a table.
import type { ShownAttempt, ShownDelivery } from './find-deliveries.ts';

export const answerOf = (attempt: ShownAttempt | null | undefined): string =>
  attempt ? `${attempt.status ?? attempt.error_class} in ${attempt.duration_ms} ms` : '-';

export const headings = ['UPDATED', 'STATUS', 'TYPE', 'TRIES', 'LAST ANSWER', 'DELIVERY'];

export const rowOf = (delivery: ShownDelivery): (string | number)[] => [
  delivery.updated_at,
  delivery.status,
  delivery.event_type,
  delivery.attempt_count,
  answerOf(delivery.last_attempt),
  delivery.id,
];
