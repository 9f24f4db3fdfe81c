import { z } from 'zod';
import {
  callbackGrants,
  captureGrants,
  collectGrants,
  commitGrants,
  leaseGrants,
  scheduleGrants,
  stateMachineGrants,
} from '../../components/backup-permissions';
import { changeGrants } from '../../components/change-permissions';
import { drillGrants, drillScheduleGrants, tearDownGrants } from '../../components/drill-permissions';
import type { Grant, GrantClass } from '../../components/grants';
import { proofGrants, proofScheduleGrants } from '../../components/proof-permissions';
import { restoreGrants } from '../../components/restore-permissions';
import { type PolicyDocument, parsePolicyDocument } from '../../local/iam/policy-document';
import type { CapturedResource, ResourceGraph } from '../../local/program/graph';
import { ofType } from '../support/program';

/** One action on one resource that a role of the running backup has been granted. */
export interface RunTimeGrant {
  /** Logical name of the role. */
  readonly role: string;
  readonly roleArn: string;
  /** The statement's: class and subject. */
  readonly sid: string;
  readonly class: GrantClass;
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
}

/** A statement names none of the three classes. */
class UnclassifiedStatementError extends Error {
  override readonly name = 'UnclassifiedStatementError';
}

const targetSchema = z.object({ roleArn: z.string() });

/** The roles that functions, state machines and schedules of a graph work in. */
export function runTimeRoles(graph: ResourceGraph): CapturedResource[] {
  const arns = new Set([
    ...ofType(graph, 'aws:lambda/function:Function').map(({ inputs }) => inputs.role),
    ...ofType(graph, 'aws:sfn/stateMachine:StateMachine').map(({ inputs }) => inputs.roleArn),
    ...ofType(graph, 'aws:scheduler/schedule:Schedule').map(
      ({ inputs }) => targetSchema.parse(inputs.target).roleArn,
    ),
  ]);
  return ofType(graph, 'aws:iam/role:Role').filter(({ state }) => arns.has(state.arn));
}

/** The policies of a graph's run-time roles, by the roles' logical names. */
export function runTimePolicies(graph: ResourceGraph): Map<string, PolicyDocument[]> {
  const policies = ofType(graph, 'aws:iam/rolePolicy:RolePolicy');
  return new Map(
    runTimeRoles(graph).map(({ name, id }) => [
      name,
      policies
        .filter(({ inputs }) => inputs.role === id)
        .map((policy) => parsePolicyDocument(policy.inputs.policy, policy.name)),
    ]),
  );
}

/** Everything that a graph's run-time roles are granted. */
export function runTimeGrants(graph: ResourceGraph): RunTimeGrant[] {
  const policies = runTimePolicies(graph);
  return runTimeRoles(graph).flatMap(({ name: role, state }) =>
    (policies.get(role) ?? []).flatMap(({ Statement }) =>
      Statement.flatMap(({ Sid: sid = '', Action = [], Resource = [] }) =>
        Action.flatMap((action) =>
          Resource.map((resource) => ({
            role,
            roleArn: String(state.arn),
            sid,
            ...classAndSubject(sid),
            action,
            resource,
          })),
        ),
      ),
    ),
  );
}

const classBySid: Readonly<Record<string, GrantClass>> = {
  Called: 'called',
  Implied: 'implied',
  BestEffort: 'bestEffort',
};

function classAndSubject(sid: string): Pick<RunTimeGrant, 'class' | 'subject'> {
  const [, named = '', subject = ''] = /^(Called|Implied|BestEffort)([A-Z]\w*)$/.exec(sid) ?? [];
  const found = classBySid[named];
  if (found === undefined) throw new UnclassifiedStatementError(`Statement ${sid} names no class`);
  return { class: found, subject };
}

/** Every grant that the components know, with its reason, wherever it ends up. */
export function declaredGrants(): Grant[] {
  const region = 'eu-central-1';
  const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/any';
  const vault = {
    region,
    secondaryRegion: 'eu-west-1',
    tableArn: arn,
    replicaTableArn: arn,
    tableKeyArn: arn,
    replicaKeyArn: arn,
  };
  const tasks = [
    ...['begin', 'captureScopes', 'closeReferences', 'commit', 'collect', 'fail'],
    ...['planRestore', 'applyRestore', 'verifyRestore', 'createDomain'],
    ...['drill', 'tearDownDrill'],
  ];
  const newDomain = { version: 'V2', executionRoleArn: arn, serviceRoleArn: arn, keyArn: arn } as const;
  const place = { partition: 'aws', accountId: '123456789012', region };
  const drilling = { place, vault, domainId: 'any', restoreActions: [], newDomain };
  return [
    ...captureGrants(vault, { region, keyArn: arn, readActions: [], enrols: true }),
    ...leaseGrants(arn),
    ...commitGrants(vault),
    ...collectGrants(vault),
    ...stateMachineGrants(Object.fromEntries(tasks.map((task) => [task, arn]))),
    ...callbackGrants(arn),
    ...restoreGrants({
      vault,
      domainId: 'any',
      domainKeyArn: arn,
      restoreActions: [],
      newDomain,
    }),
    ...drillGrants(drilling),
    ...tearDownGrants(drilling),
    ...drillScheduleGrants(arn),
    ...changeGrants(
      vault,
      { region, keyArn: arn, readActions: [], enrols: true },
      { queueArn: arn, deadLetterQueueArn: arn, keyArn: arn },
    ),
    ...proofGrants(vault),
    ...proofScheduleGrants(arn),
    ...scheduleGrants({ stateMachineArn: arn, deadLetterArn: arn, deadLetterKeyArn: arn, region }),
  ];
}
