// The queues' names behind the stack's own, by which operators know them: `candidate-moved`, `deliveries`.

/** Of an event type's queue: `candidate-moved`. */
export const eventQueueName = (eventType: string): string => eventType.replaceAll('.', '-');

export const fastLaneName = 'deliveries';

export const slowLaneName = 'deliveries-slow';

/** Where events go that no rule takes. Nobody consumes it. */
export const unroutedName = 'unrouted';

/** Of a queue's dead letters: `candidate-moved-dead`. Derived, so that no function needs a variable for each. */
export const deadLetterQueueName = (queueName: string): string => `${queueName}-dead`;
