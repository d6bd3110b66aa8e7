// Every route of the admin API, area by area, and what they need together.
import type { AppDeps } from './app.ts';
import { type FeedDeps, feedRoutes } from './feed/feed-routes.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import type { JobDeps } from './jobs/start-job.ts';
import { keyRoutes } from './keys/key-routes.ts';
import type { RotationDeps } from './keys/rotate-secret.ts';
import { type LogDeps, logRoutes } from './log/log-routes.ts';
import { openApiRoute } from './openapi-route.ts';
import { type OperationsDeps, operationsRoutes } from './operations/operations-routes.ts';
import { type PrivacyDeps, privacyRoutes } from './privacy/privacy-routes.ts';
import type { Route } from './route.ts';
import { type SubscriptionDeps, subscriptionRoutes } from './subscriptions/subscription-routes.ts';

export type AdminDeps = AppDeps &
  SubscriptionDeps &
  RotationDeps &
  JobDeps &
  LogDeps &
  FeedDeps &
  PrivacyDeps &
  OperationsDeps;

export const adminRoutes: readonly Route<AdminDeps>[] = [
  ...subscriptionRoutes,
  ...keyRoutes,
  ...jobRoutes,
  ...logRoutes,
  ...feedRoutes,
  ...privacyRoutes,
  ...operationsRoutes,
  openApiRoute(() => adminRoutes),
];
