// One command of the command line, in this process: what it wrote, and its exit code.
import { runRappel } from '../../../../infra/cli/run-rappel.ts';

/** What time it is to the command. */
export const now = new Date('2026-10-12T08:15:00Z');

export const runCommand = async (...argv: string[]) => {
  let [text, errors] = ['', ''];
  const code = await runRappel(argv, {
    env: {},
    stopped: new AbortController().signal,
    isTerminal: false,
    write: (more) => {
      text += more;
    },
    writeError: (more) => {
      errors += more;
    },
    now: () => now,
    newKey: () => 'key',
  });
  return { code, text, errors };
};

/** As a deployment leaves them in `cdk-outputs.json`. */
export const outputsOf = (adminUrl: string) => ({
  Rappel: {
    AdminUrl: adminUrl,
    AlarmTopicArn: 'arn:aws:sns:eu-west-3:000000000000:topic',
    DeliveryQueueUrl: 'http://127.0.0.1:9/000000000000/Rappel-deliveries',
    EventBusName: 'Rappel-events',
  },
});
