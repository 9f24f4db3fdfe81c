import type { Call } from '../call';
import type { Deployed, Domain } from '../domain';
import { conflict, invalid } from '../faults';
import { requireMember } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { checkedForms } from './forms';

type DataSource = Answer<'GetDataSource'>;
type Configuration = DataSource['configuration'];

export const dataSources: Handlers = {
  CreateDataSource(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireMember(call, domain, project.id);
    requireSource(call, domain, input);
    requireFreeName(domain, project.id, input.name);
    const id = call.newId();
    const dataSource: Deployed<DataSource> = {
      readyAt: call.readyAt(),
      row: {
        id,
        domainId: domain.id,
        projectId: project.id,
        name: input.name,
        description: input.description,
        type: input.type,
        environmentId: input.environmentIdentifier,
        connectionId: input.connectionIdentifier,
        configuration: shownConfiguration(call, input.configuration),
        recommendation: input.recommendation,
        enableSetting: input.enableSetting ?? 'ENABLED',
        publishOnImport: input.publishOnImport ?? false,
        assetFormsOutput: checkedForms(call, domain, input.assetFormsInput),
        schedule: input.schedule,
        createdAt: call.now,
        updatedAt: call.now,
      },
    };
    domain.dataSources.put(id, dataSource);
    announce(call, domain, 'Data Source Created', dataSource.row);
    return shown(call, dataSource);
  },

  GetDataSource(call, input) {
    const domain = call.domain(input.domainIdentifier);
    return shown(call, owned(call, domain, input.identifier));
  },

  UpdateDataSource(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { row, readyAt } = owned(call, domain, input.identifier);
    const { name, description, enableSetting, publishOnImport, schedule, recommendation } = input;
    if (name !== undefined && name !== row.name) requireFreeName(domain, row.projectId, name);
    const { assetFormsInput, configuration } = input;
    const updated: Deployed<DataSource> = {
      readyAt,
      row: {
        ...row,
        ...present({ name, description, enableSetting, publishOnImport, schedule, recommendation }),
        ...(assetFormsInput && { assetFormsOutput: checkedForms(call, domain, assetFormsInput) }),
        ...(configuration && { configuration: shownConfiguration(call, configuration) }),
        updatedAt: call.now,
      },
    };
    domain.dataSources.put(row.id, updated);
    announce(call, domain, 'Data Source Updated', updated.row);
    return shown(call, updated);
  },

  DeleteDataSource(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { row } = owned(call, domain, input.identifier);
    domain.dataSources.delete(row.id);
    return { ...row, status: 'DELETING' };
  },

  ListDataSources(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const project = call.find(domain.projects, 'Project', input.projectIdentifier);
    requireMember(call, domain, project.id);
    const matches = ({ row, readyAt }: Deployed<DataSource>): boolean =>
      (input.environmentIdentifier ?? row.environmentId) === row.environmentId &&
      (input.connectionIdentifier ?? row.connectionId) === row.connectionId &&
      (input.type ?? row.type) === row.type &&
      (input.name ?? row.name) === row.name &&
      (input.status === undefined || input.status === shown(call, { row, readyAt }).status);
    const page = call.page(input, {
      table: domain.dataSources,
      group: input.projectIdentifier,
      matches,
      // The status changes as time passes.
      dependsOn: { version: call.now.getTime() },
    });
    return {
      items: page.rows.map((dataSource) => {
        const { id: dataSourceId, status = 'READY', type = '', ...row } = shown(call, dataSource);
        return { ...row, dataSourceId, status, type };
      }),
      nextToken: page.nextToken,
    };
  },

  /** A run that is over at once and finds nothing: runs are not kept, only what a data source says of its last one. */
  StartDataSourceRun(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { row, readyAt } = owned(call, domain, input.dataSourceIdentifier);
    if (row.enableSetting === 'DISABLED') throw conflict(`Data source ${row.id} is disabled`);
    const lastRun = { lastRunStatus: 'SUCCESS', lastRunAt: call.now, lastRunAssetCount: 0 } as const;
    domain.dataSources.put(row.id, { readyAt, row: { ...row, ...lastRun } });
    const id = call.newId();
    for (const what of ['Triggered', 'Succeeded']) {
      const about = { typeName: 'DataSourceRunEntityType', id, owningProjectId: row.projectId };
      call.emit(domain, `Data Source Run ${what}`, about, { dataSourceId: row.id });
    }
    return {
      domainId: domain.id,
      dataSourceId: row.id,
      id,
      projectId: row.projectId,
      status: 'SUCCESS',
      type: 'PRIORITIZED',
      createdAt: call.now,
      updatedAt: call.now,
      startedAt: call.now,
      stoppedAt: call.now,
    };
  },
};

/** What a data source reads through: an environment in V1, a connection in V2. */
function requireSource(call: Call, domain: Domain, input: Given<'CreateDataSource'>): void {
  const { environmentIdentifier, connectionIdentifier, projectIdentifier } = input;
  if (connectionIdentifier !== undefined) {
    call.find(domain.connections, 'Connection', connectionIdentifier);
  } else if (environmentIdentifier !== undefined) {
    const { row } = call.find(domain.environments, 'Environment', environmentIdentifier);
    if (row.projectId !== projectIdentifier) {
      throw invalid(`Environment ${environmentIdentifier} belongs to another project`);
    }
  } else {
    throw invalid('Either environmentIdentifier or connectionIdentifier must be provided');
  }
}

/** Where the data lies is told by the service, and so is the Redshift of a connection. */
function shownConfiguration(call: Call, input: Given<'CreateDataSource'>['configuration']): Configuration {
  const { accountId, region } = call.world;
  const { glueRunConfiguration: glue, redshiftRunConfiguration: redshift } = input ?? {};
  const sageMaker = input?.sageMakerRunConfiguration;
  if (glue) return { glueRunConfiguration: { ...glue, accountId, region } };
  if (sageMaker) return { sageMakerRunConfiguration: { ...sageMaker, accountId, region } };
  if (!redshift) return undefined;
  const redshiftStorage = redshift.redshiftStorage ?? {
    redshiftServerlessSource: { workgroupName: 'of-the-connection' },
  };
  return { redshiftRunConfiguration: { ...redshift, redshiftStorage, accountId, region } };
}

function shown(call: Call, { row, readyAt }: Deployed<DataSource>): DataSource {
  return { ...row, status: call.isReady(readyAt) ? 'READY' : 'CREATING' };
}

function owned(call: Call, domain: Domain, id: string): Deployed<DataSource> {
  const dataSource = call.find(domain.dataSources, 'Data source', id);
  requireMember(call, domain, dataSource.row.projectId);
  return dataSource;
}

function requireFreeName(domain: Domain, projectId: string, name: string): void {
  if (domain.dataSources.rows(projectId).some(({ row }) => row.name === name)) {
    throw conflict(`Project ${projectId} has a data source with the name ${name}`);
  }
}

function announce(call: Call, domain: Domain, detailType: string, { id, name, projectId }: DataSource): void {
  const about = { typeName: 'DataSourceEntityType', id, owningProjectId: projectId };
  call.emit(domain, detailType, about, { dataSourceId: id, name });
}
