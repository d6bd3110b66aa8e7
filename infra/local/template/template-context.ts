// What the template reader must know from outside of the template.

export interface TemplateContext {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** Where the AWS services answer: `http://127.0.0.1:4566`. */
  readonly endpointUrl: string;
  /** Where the Function URL answers: `http://127.0.0.1:4567`. */
  readonly adminUrl: string;
  /** Folder of each asset, by its S3 object key or by its hash. */
  readonly assetFolders: ReadonlyMap<string, string>;
}
