// Where a queue's dead letters are.
import { expect, it } from 'vitest';
import { deadLetterQueueUrl } from '../../shared/dead-letter.ts';
import { deadLetterQueueName } from '../../shared/queue-names.ts';

it('names the dead letters after their queue', () => {
  expect(deadLetterQueueName('Rappel-candidate-moved')).toBe('Rappel-candidate-moved-dead');
});

it.each([
  'https://sqs.eu-west-3.amazonaws.com/000000000000/Rappel-deliveries',
  'https://sqs.eu-west-3.amazonaws.com/000000000000/Other',
])('finds their URL from a record’s queue and any queue’s URL, %s', (anyQueueUrl) => {
  const url = deadLetterQueueUrl(
    'arn:aws:sqs:eu-west-3:000000000000:Rappel-candidate-moved',
    anyQueueUrl,
  );

  expect(url).toBe('https://sqs.eu-west-3.amazonaws.com/000000000000/Rappel-candidate-moved-dead');
});

it('finds it on a local endpoint too', () => {
  const url = deadLetterQueueUrl(
    'arn:aws:sqs:eu-west-3:000000000000:Rappel-deliveries',
    'http://127.0.0.1:4566/000000000000/Rappel-deliveries-slow',
  );

  expect(url).toBe('http://127.0.0.1:4566/000000000000/Rappel-deliveries-dead');
});
