// The admin function behind its Function URL: IAM only, trusted for all companies.
import { CfnOutput } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdminEnvironment } from '../functions/admin/config.ts';
import type { Alarms } from './alarms.ts';
import { RappelFunction } from './rappel-function.ts';
import { grantItems, type Tables } from './tables.ts';

export interface AdminUrlProps {
  readonly bundle: string;
  readonly tables: Tables;
  readonly alarms: Alarms;
}

/** Whoever may invoke the URL may act for every company: IAM cannot restrict by path. Grant it to the ATS's
 *  back end alone. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
export class AdminUrl extends Construct {
  constructor(scope: Construct, id: string, { bundle, tables, alarms }: AdminUrlProps) {
    super(scope, id);
    const admin = new RappelFunction(this, 'Function', {
      bundle,
      description: 'Rappel admin: subscriptions over HTTP, for the ATS.',
      environment: {
        CALLBACK_ALLOW_LIST: '',
        DELIVERIES_TABLE: tables.deliveries.tableName,
        KEYS_TABLE: tables.keys.tableName,
        SUBSCRIPTIONS_TABLE: tables.subscriptions.tableName,
      } satisfies AdminEnvironment,
    });
    const verbs = ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
    grantItems(tables.subscriptions, admin, ...verbs);
    grantItems(tables.deliveries, admin, 'GetItem', 'PutItem', 'Query');
    grantItems(tables.keys, admin, 'GetItem', 'PutItem', 'DeleteItem');
    alarms.onLostCalls(admin, 'admin');
    const url = admin.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });

    new CfnOutput(scope, 'AdminUrl', { value: url.url });
  }
}
