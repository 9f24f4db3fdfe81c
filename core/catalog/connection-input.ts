import { isList, isObject, objects, text, without } from './json';
import type { Json, JsonObject } from './json-value';
import { pick, withoutHiddenSecrets } from './restoration';

/** Connections that come with a project's environments; people may name theirs otherwise. */
export function isDefault(record: JsonObject): boolean {
  return record.projectId !== undefined && /^(project|default)\./.test(text(record, 'name') ?? '');
}

/** What people may change of a connection that came with an environment; all else names what that deployed. */
const defaultsSettings: Readonly<Record<string, readonly string[]>> = {
  iamProperties: ['glueLineageSyncEnabled'],
  lakehouseProperties: ['glueLineageSyncEnabled'],
  redshiftProperties: ['lineageSync'],
  amazonQProperties: ['isEnabled', 'profileArn', 'authMode'],
};

/** A connection as far as two domains can have it alike; secrets are not in the vault. */
export function portableConnection(record: JsonObject): JsonObject {
  const [type, properties] = propsOf(record);
  const known = withoutHiddenSecrets(record);
  if (isDefault(record)) {
    const settings = pick(properties, ...(defaultsSettings[type] ?? []));
    return {
      ...without(known, 'physicalEndpoints'),
      props: Object.keys(settings).length === 0 ? {} : { [type]: settings },
    };
  }
  if (type === 'redshiftProperties') return known;
  // Found out by the service: only those of Redshift can be given.
  const physicalEndpoints = objects(known, 'physicalEndpoints').map((it) => without(it, 'host', 'port'));
  return { ...known, physicalEndpoints };
}

/** The properties of a connection, and what they are called. */
export function propsOf({ props }: JsonObject): readonly [type: string, properties: JsonObject] {
  const [type = '', properties = {}] = isObject(props) ? (Object.entries(props)[0] ?? []) : [];
  return [type, isObject(properties) ? properties : {}];
}

/** What makes a connection as a portable record says. */
export function connectionInput(wanted: JsonObject): Readonly<Record<string, unknown>> {
  const { awsLocation, enableTrustedIdentityPropagation } = endpointOf(wanted);
  const [type, properties] = propsOf(wanted);
  return {
    ...pick(wanted, 'name', 'description', 'scope', 'configurations'),
    environmentIdentifier: wanted.environmentId,
    awsLocation,
    enableTrustedIdentityPropagation,
    props: { [type]: propertiesInput(type, properties, endpointOf(wanted)) },
  };
}

/** What a change of a connection can say of it. */
export function connectionPatch(record: JsonObject): JsonObject {
  const [type, properties] = propsOf(record);
  const endpoint = endpointOf(record);
  const input = propertiesInput(type, properties, endpoint);
  const { glueConnectionInput: glue } = input;
  return {
    ...pick(record, 'description', 'configurations'),
    ...pick(endpoint, 'awsLocation'),
    ...(type !== '' &&
      !unchanging.includes(type) && {
        props: { [type]: isObject(glue) ? { glueConnectionInput: gluePatch(glue) } : input },
      }),
  };
}

/** Properties that no request changes. */
export const unchanging: readonly string[] = [
  ...['sparkGlueProperties', 'hyperPodProperties'],
  ...['workflowsMwaaProperties', 'workflowsServerlessProperties'],
];

/** The service makes one endpoint of a connection. */
function endpointOf(record: JsonObject): JsonObject {
  return objects(record, 'physicalEndpoints')[0] ?? {};
}

function propertiesInput(type: string, properties: JsonObject, endpoint: JsonObject): JsonObject {
  switch (type) {
    case 'glueProperties':
      return { glueConnectionInput: glueInput(endpoint) };
    case 'redshiftProperties':
      return { ...properties, ...pick(endpoint, 'host', 'port') };
    default:
      return properties;
  }
}

/** The connection of AWS Glue that stands behind. */
function glueInput({ glueConnection }: JsonObject): JsonObject {
  if (!isObject(glueConnection)) return {};
  const { matchCriteria, ...members } = glueConnection;
  const criterion: Json | undefined = isList(matchCriteria) ? matchCriteria[0] : undefined;
  return criterion === undefined ? members : { ...members, matchCriteria: criterion };
}

function gluePatch(input: JsonObject): JsonObject {
  const authentication = input.authenticationConfiguration;
  const secret = isObject(authentication) ? pick(authentication, 'secretArn') : {};
  return {
    ...pick(input, 'description', 'connectionProperties'),
    ...(secret.secretArn !== undefined && { authenticationConfiguration: secret }),
  };
}
