const history = 'what was run, and how it went: nothing that could be made again';
const derived = 'the service derives lineage from events, which are backed up';

/** Operations that show something of a domain and that no kind uses, each with the reason. */
export const excludedOperations: Readonly<Record<string, string>> = {
  GetDataSourceRun: history,
  ListDataSourceRuns: history,
  ListDataSourceRunActivities: history,
  GetJobRun: history,
  ListJobRuns: history,
  GetMetadataGenerationRun: history,
  ListMetadataGenerationRuns: history,
  GetNotebookRun: history,
  ListNotebookRuns: history,
  ListNotifications: 'messages to people about what has happened: nothing that could be made again',
  GetNotebookExport:
    'the way to the cells of a notebook is an export into a bucket of S3, which takes a write for each notebook',
  GetEnvironmentCredentials: 'secret: credentials of an environment, valid for an hour',
  GetIamPortalLoginUrl: 'secret: a presigned URL into the portal',
  GetLineageNode: derived,
  ListLineageNodeHistory: derived,
  QueryGraph: derived,
  ListDomains: 'a backup is of one domain, which `GetDomain` shows whole',
  ListTagsForResource: 'the domain alone has tags of IAM, and `GetDomain` gives them',
  ListAccountsInAccountPool:
    'the accounts of a pool stand in the pool, or come from a Lambda function, whose answer is no part of the domain',
};

/** What people or pipelines put into a domain and no operation of the installed SDK gives back, each with the reason. */
export const unreadable: Readonly<Record<string, string>> = {
  'designations (custom roles of projects)': 'no operation of the installed SDK reads them',
  'roles of an environment (`AssociateEnvironmentRole`)': 'no operation reads the associations',
  '`globalParameters` of a blueprint configuration': 'no operation gives them back: they can only be written',
  'cells of a notebook': 'the API gives them as empty structures',
  '`projectExecutionRole` of a project': 'no operation gives it back: it can only be written',
  '`predictionConfiguration` of an asset': 'no operation that reads gives it back',
  'credentials of connections and environments': 'secrets never enter the vault',
};
