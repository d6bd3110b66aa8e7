// Every limit that a customer, an operator or two files depend on: the unit is in the name, the reason and the source beside it.

/** Milliseconds of a day. */
export const dayMs = 86_400_000;

/** Bytes of `Detail` that one event may have. EventBridge takes 1 MB an entry since January 2026; a
 *  callback of 256 KiB is what receivers and their proxies accept without special settings.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
export const eventBytesMax = 256 * 1024;

/** Entries of one PutEvents request.
 *  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const putEventsEntriesMax = 10;

/** Entries of one SendMessageBatch request.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const sendMessageBatchEntriesMax = 10;

/** Seconds that one SQS message may be delayed.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const messageDelaySecondsMax = 900;

/** Levels of nesting that `Detail` may have: real events have six; a hostile one must not exhaust a stack. */
export const eventDepthMax = 100;

/** Milliseconds for a callback's name, TCP and TLS together: a healthy host on another continent needs under 1 s. */
export const connectTimeoutMs = 3_000;

/** Milliseconds for a whole callback, its answer's body included. Standard Webhooks advises 15 to 30 s; ten
 *  keep a batch of one function call within its 30 s, and a receiver is told to answer first and work later. */
export const callbackTimeoutMs = 10_000;

/** Bytes kept of a failed callback's answer, after decompression: enough to read an error page's first screen. */
export const responseBytesMax = 16 * 1024;

/** Bytes of a callback's whole answer as they come, whatever they are. What is read of one, 64 KiB of body, is 384 KiB
 *  in chunks of a byte each, and eleven heads of 16 KiB come before it: more is made of empty lines and padded chunks. */
export const answerBytesMax = 1024 * 1024;

/** Milliseconds that must be left of an invocation to start an attempt: the callback's ten seconds and the
 *  time to record it. A message that comes later is reported as failed and comes again. */
export const attemptBudgetMs = 12_000;

/** Milliseconds after a batch's read within which an attempt may still act on it: time for all that begin at once,
 *  on a busy worker. What waits longer in its batch, behind a slow receiver, reads its own rows again, so that after a
 *  delivery's end, a pause, a deletion or a new URL nobody is called for longer than this, and the wait for a turn. */
export const batchReadAgeMsMax = 1_000;

/** Sockets open at once to one subscription's host, within one batch: one slow receiver must not take all ten. */
export const socketsPerSubscriptionMax = 2;

/** Milliseconds to wait after each failed attempt, before jitter: ten attempts over about 75 hours, so that an
 *  endpoint that dies on Friday evening still gets its events on Monday morning. */
export const retryDelaysMs: readonly number[] = [
  5_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  5 * 3_600_000,
  10 * 3_600_000,
  14 * 3_600_000,
  20 * 3_600_000,
  24 * 3_600_000,
];

/** Waits that a stack's own schedule may have, and milliseconds that each may last: at least what the queue's
 *  delay can tell apart, at most the day that a receiver may ask for. */
export const retryDelaysCountMax = 50;
export const retryDelayMsMin = 1_000;
export const retryDelayMsMax = 24 * 3_600_000;

/** Share by which a wait is made shorter or longer at random, so that retries of one outage do not come as one wave. */
export const retryJitterShare = 0.2;

/** Milliseconds that a receiver's `Retry-After` may ask for at most: a day, so that no header parks a delivery for ever. */
export const retryAfterMsMax = 24 * 3_600_000;

/** Milliseconds by which the sweep looks later than a delayed message is due: it is only that message's net. */
export const delayNetMs = 2 * 60_000;

/** Attempts of a round after which waits go by the due rows alone: Lambda ends a chain of messages between its
 *  functions and SQS after about 16, where it is not told to let them. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
export const delayedAttemptsMax = 6;

/** Milliseconds that a row which the sweep took is left alone: the slow lane's time to come to it. A copy that
 *  a later sweep sends is dropped by its attempt number. */
export const sweepLeaseMs = 15 * 60_000;

/** Rows that one query of the sweep reads: claimed side by side, sent as ten batches. */
export const sweepPageRows = 100;

/** Rows that one sweep takes from one shard: ten shards fill the slow lane with at most 10,000 messages a minute. */
export const sweepRowsPerShardMax = 1_000;

/** Milliseconds of an invocation that the sweep leaves unused: the time to end what it began. */
export const sweepReserveMs = 5_000;

/** Milliseconds after which a circuit, a notice or a job that is due, and that no sweep has come to, is a fault: nine
 *  sweeps or ten have passed it by. */
export const lateTimerMs = 10 * 60_000;

/** Consecutive failures, spanning at least so many milliseconds, that open a subscription's circuit. */
export const circuitFailuresMin = 10;
export const circuitSpanMs = 60_000;

/** Milliseconds between two probes that an open circuit is sent, at least. */
export const probeEveryMs = 60_000;

/** Milliseconds between two probes that are taken, at least, and between its opening and the first: they are counted
 *  from where a probe arrives, however late that is. A little less than the minute between two that are sent: sweeps
 *  are not punctual, nor are queues, and one that came a second early would be parked for another minute. */
export const probeGapMsMin = 55_000;

/** Milliseconds between two steps of its draining, at least: one for each sweep. Less than the minute between two, as
 *  a sweep that came a moment sooner than the one before would find nothing due, and halve the pace. */
export const drainEveryMs = 55_000;

/** Deliveries released in the first, second … minute after a circuit closed: a receiver that just came back is
 *  not knocked over by what waited for it. The last figure stays. */
export const drainPerMinute: readonly number[] = [60, 150, 300, 600];

/** Milliseconds that an empty answer of the index of parked rows must last before it is believed: an index
 *  lags, usually by less than a second, with no bound promised.
 *  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html */
export const indexLagMsMax = 15 * 60_000;

/** An answer is slow after so many milliseconds; so many slow ones, or one time-out, within the window mark the
 *  subscription; a window without one clears it. */
export const slowAnswerMs = 2_000;
export const slowAnswersMin = 3;
export const slowWindowMs = 5 * 60_000;

/** Consecutive failures after which a subscription's deliveries leave the fast lane: one or two happen to the best. */
export const slowLaneFailuresMin = 3;

/** A subscription is disabled after so many milliseconds without one success, and at least so many failures. */
export const disableAfterMs = 5 * dayMs;
export const disableFailuresMin = 20;

/** Shares of the way to being disabled at which the ATS is warned. */
export const warningShares: readonly number[] = [0.5, 0.9];

/** Seconds that one invocation may take: two callbacks of ten, one behind the other, and what is written of them. */
export const functionTimeoutSeconds = 30;

/** Milliseconds that one try of a call to AWS may take to connect, and to be answered; and tries of a call. An answer
 *  comes within tens of milliseconds, or never. Three tries and the waits between them end within ten seconds: after
 *  a callback that took its ten, a call that hangs still ends within the function's thirty, and costs its own
 *  message alone. Only after one that was begun with the least time left it does not. The SDK's own waits are minutes.
 *  https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
export const awsConnectTimeoutMs = 1_000;
export const awsRequestTimeoutMs = 3_000;
export const awsTriesMax = 3;

/** Calls to AWS that one client makes at once, each on a socket of its own. At five milliseconds an answer that is
 *  3,000 a second, more than the third of a core that 512 MB have can sign and read; with more on their way, each
 *  would wait for the others' work within its own time. */
export const awsCallsAtOnceMax = 16;

/** Times that a writer may be second where it pauses between, about a second in all: of sixty workers that write one
 *  row at once nearly all come to write. */
export const pausedConflictsMax = 7;

/** Times that a writer may find that another was first on its row. What the queue or the sweep brings again may give up
 *  early; a request has to be sent again by its caller, so it tries longer. */
export const conflictsMax = 5;
export const requestConflictsMax = 10;

/** Seconds that a received message stays hidden. AWS advises six times the function's time-out, so that Lambda
 *  can retry a throttled batch unseen. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const visibilityTimeoutSeconds = 6 * functionTimeoutSeconds;

/** Messages of one function call. Ten need no batching window, so the first event waits for nobody.
 *  https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
export const batchSize = 10;

/** Receives before SQS moves a message to the dead letters. Poison goes out at once, by our own hand, with its
 *  reason; twenty receives at 180 s keep an hour's outage of a store out of the dead letters. */
export const receiveCountMax = 20;

/** Days that payloads and the delivery log are kept. */
export const retentionDays = 30;

/** Days that the bus archive keeps events. */
export const archiveDays = 7;

/** Days that a dead letter is kept: the most that SQS allows.
 *  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
export const deadLetterDays = 14;

/** Job listings, or columns, that one subscription may name. Who wants more wants all of them, or a filter. */
export const objectIdsMax = 100;

/** Subscriptions whose compiled settings a worker of fan-out keeps: at the most that each may cost, tens of MB. */
export const compiledSubscriptionsMax = 1_000;

/** The largest number of a company: what the admin API's paths take, so that whatever is stored can be read and erased. */
export const companyIdMax = 999_999_999_999_999;

/** Subscriptions that one company may have. */
export const subscriptionsPerCompanyMax = 100;

/** Bytes of an admin request's body. */
export const adminBodyBytesMax = 64 * 1024;

/** Levels of nesting of an admin request's body: a filter may reach as deep as an event, and has lists besides. */
export const adminBodyDepthMax = 2 * eventDepthMax;

/** Items and bytes that one page of an admin answer has: a Function URL gives back 6 MB at most.
 *  https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const pageItemsMax = 100;
export const pageBytesMax = 4 * 1024 * 1024;

/** Days that an audit row is kept: a year's changes can still be asked for a month later. */
export const auditDays = 400;

/** Days that an idempotency key is remembered: a client that repeats a request later than that has forgotten it. */
export const idempotencyDays = 1;

/** Milliseconds after which a request with an idempotency key was cut off, not slow: twice a function's time-out. */
export const requestLeaseMs = 2 * functionTimeoutSeconds * 1_000;

/** Milliseconds that a replaced key goes on signing: by default a day, so that a receiver can be changed in
 *  office hours; at most a week; 0 ends every older key at once, for one that leaked. */
export const keyOverlapMsDefault = 24 * 3_600_000;
export const keyOverlapMsMax = 7 * 24 * 3_600_000;

/** Keys of one subscription that sign at once: four signatures are 0.4 KiB of each callback's headers. */
export const signingKeysMax = 4;

/** Custom headers of a subscription, and their characters: with our own, under the 8 KiB that common servers
 *  take. https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers */
export const customHeadersMax = 10;
export const headerNameCharactersMax = 64;
export const headerValueCharactersMax = 2_048;
export const headersCharactersMax = 4_096;

/** Callbacks a second that a subscription's own limit may be at most: who takes more needs none. What waits for it is
 *  put on its way by the sweep, sixty times as many a minute. */
export const callbacksPerSecondMax = 50;

/** Characters of a callback URL. */
export const urlCharactersMax = 2_048;

/** Characters of an event pattern: EventBridge's own limit.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const patternCharactersMax = 2_048;

/** Steps of about 20 ns that judging one event by one filter may take: a company's hundred filters then need at most
 *  3 s of a core for an event, a third of fan-out's 30 s at 512 MB. Over one string of 256 KiB the costliest filter that
 *  creation accepts takes 370,000; only thousands of elements in one array ask for more than there are. */
export const filterStepsMax = 1_000_000;

/** Steps that judging one event by all of its company's filters may take, whoever made them: ten such events in a batch
 *  take 2 to 5 s of a core, within fan-out's 30 s at 512 MB. A hundred filters that each search 256 KiB of text
 *  once take five million. */
export const eventStepsMax = 6_000_000;

/** Deliveries of one subscription that jobs put on their way in a minute: the last step of a circuit's draining. */
export const jobPerMinute = 600;

/** Milliseconds that a job which the sweep took is left alone: twice a function's time-out. */
export const jobLeaseMs = 2 * functionTimeoutSeconds * 1000;

/** Rows that a job reads at once: half a megabyte. */
export const jobPageRows = 500;

/** Days that release, recover and replay keep a payload from then on: twice the schedule; and days from storing
 *  after which it goes whatever happens. */
export const extensionDays = 7;
export const payloadDaysMax = 45;

/** Milliseconds by which the clocks of two workers may differ. Lambda keeps them within milliseconds of each other.
 *  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html */
export const clockDifferenceMsMax = 30_000;

/** Milliseconds in which a worker may still write what it decided on before something changed: its time-out, and
 *  what clocks differ by. */
export const lateWriteMsMax = functionTimeoutSeconds * 1_000 + clockDifferenceMsMax;

/** Milliseconds after which an event is listed in its company's feed. Fan-out dates it, and may write it as late as
 *  its time-out: nothing dated earlier than this can still come. Reads of the feed are strongly consistent. */
export const feedDelayMs = lateWriteMsMax;

/** Days that it is remembered who was erased: longer than payloads, dead letters and archives, redriven in turn. */
export const tombstoneDays = 400;

/** Days that a queue of events keeps one that is not taken. */
export const ingressQueueDays = 10;

/** Days that the tables can be restored to. */
export const pointInTimeRecoveryDays = 7;
