import {
  connectionInput,
  connectionPatch,
  isDefault,
  portableConnection,
  propsOf,
  unchanging,
} from './connection-input';
import { objects, requiredText, text } from './json';
import type { JsonObject } from './json-value';
import {
  type Changing,
  changed,
  keyOf,
  type Making,
  ResourceFailedError,
  type Restoration,
  type RestoreTarget,
  until,
} from './restoration';
import { InvalidRequestError } from './source';

async function create(target: RestoreTarget, { wanted, clientToken }: Making): Promise<string> {
  if (isDefault(wanted)) return madeWithEnvironment(target, wanted);
  const [type] = propsOf(wanted);
  if (type === '') {
    throw new InvalidRequestError(`connections of type ${wanted.type} are newer than this code`);
  }
  const answer = await target.call('CreateConnection', { ...connectionInput(wanted), clientToken });
  const id = requiredText(answer, 'connectionId');
  if (!isUp(id, answer)) {
    await until(target, `connection ${id}`, async () =>
      isUp(id, await target.call('GetConnection', { identifier: id })),
    );
  }
  return id;
}

/** Some types take their time. Throws `ResourceFailedError`. */
function isUp(id: string, answer: JsonObject): boolean {
  const [, properties] = propsOf(answer);
  if (properties.status === 'CREATE_FAILED') {
    throw new ResourceFailedError(
      `connection ${id} is CREATE_FAILED: ${text(properties, 'errorMessage') ?? 'no reason is told'}`,
    );
  }
  return properties.status !== 'CREATING';
}

/** Half a minute, for an environment that has just been deployed. */
async function madeWithEnvironment(target: RestoreTarget, wanted: JsonObject): Promise<string> {
  const projectIdentifier = requiredText(wanted, 'projectId');
  const name = requiredText(wanted, 'name');
  for (let seconds = 1; ; seconds *= 2) {
    const answer = await target.call('ListConnections', { projectIdentifier, name });
    const found = objects(answer, 'items').find(
      (item) => item.name === name && item.projectId === projectIdentifier,
    );
    if (found !== undefined) return requiredText(found, 'connectionId');
    if (seconds > 16) break;
    await target.sleep(seconds * 1000);
  }
  throw new InvalidRequestError(`${name} comes with an environment of its project, and none has made it`);
}

async function update(target: RestoreTarget, changing: Changing): Promise<void> {
  const wanted = connectionPatch(changing.wanted);
  const current = connectionPatch(changing.current);
  const members = [
    'description',
    'configurations',
    'awsLocation',
    ...(wanted.props === undefined ? [] : ['props']),
  ];
  const input = changed({ ...changing, wanted, current }, ...members);
  if (Object.keys(input).length === 0) return;
  await target.call('UpdateConnection', { identifier: changing.id, ...input });
}

const ofEndpoints = (member: string): string => `physicalEndpoints[].${member}`;
const ofGlue = (member: string): string => ofEndpoints(`glueConnection.${member}`);
const ofProps = (type: string, ...members: readonly string[]): string[] =>
  members.map((member) => `props.${type}.${member}`);

/** How connections are restored, where `keyMembers` tell one from others. */
export function connectionRestoration(...keyMembers: readonly string[]): Restoration {
  return {
    operations: {
      create: ['CreateConnection'],
      update: ['UpdateConnection'],
    },
    assigned: [
      ...['connectionId', 'domainUnitId', 'environmentUserRole'],
      ...['glueConnectionName', 'glueConnectionNames', 'protocol', 'stage'].map(ofEndpoints),
      ...['creationTime', 'lastUpdatedTime', 'lastUpdatedBy'].map(ofGlue),
      ...['connectionSchemaVersion', 'compatibleComputeEnvironments'].map(ofGlue),
      ...ofProps('hyperPodProperties', 'clusterArn', 'orchestrator'),
      // The connection's own environment.
      ...ofProps('iamProperties', 'environmentId'),
      ...ofProps('redshiftProperties', 'isProvisionedSecret', 'jdbcIamUrl', 'jdbcUrl', 'redshiftTempDir'),
      ...ofProps('redshiftProperties', 'lineageSync.lineageJobId'),
      ...ofProps('sparkEmrProperties', 'governanceType', 'livyEndpoint'),
    ],
    portable: portableConnection,
    fixed: [
      ...['name', 'type', 'scope', 'projectId', 'environmentId'],
      ...unchanging.map((type) => `props.${type}`),
    ],
    keyMembers,
    key: (record) => keyOf(record, ...keyMembers),
    actsOutside: true,
    comesByItself: isDefault,
    create,
    update,
  };
}
