const history =
  'starts or ends a run: nothing that could be made again; what it changes has signs of its own';
const unreadable = 'no operation reads the roles of an environment';
const other = 'is about a domain as a whole, which is protected while it is there';

/** Operations that change something and are no sign of a change of any kind, each with the reason. */
export const excludedChanges: Readonly<Record<string, string>> = {
  AssociateEnvironmentRole: unreadable,
  DisassociateEnvironmentRole: unreadable,
  CancelMetadataGenerationRun: history,
  StartMetadataGenerationRun: history,
  StartDataSourceRun: history,
  StartNotebookExport: history,
  StartNotebookRun: history,
  StopNotebookRun: history,
  CreateDomain: other,
  DeleteDomain: other,
};
