// Every route of the admin API, area by area, and what they need together.
import type { AppDeps } from './app.ts';
import type { SubscriptionDeps } from './create-subscription.ts';
import { keyRoutes } from './keys/key-routes.ts';
import type { RotationDeps } from './keys/rotate-secret.ts';
import type { Route } from './route.ts';
import { subscriptionRoutes } from './subscription-routes.ts';

export type AdminDeps = AppDeps & SubscriptionDeps & RotationDeps;

export const adminRoutes: readonly Route<AdminDeps>[] = [...subscriptionRoutes, ...keyRoutes];
