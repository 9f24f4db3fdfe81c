import { kindsOf } from '../../core/catalog/registry';
import type { Flavour } from '../../local/local-cloud';
import type { ProbedCloud } from './probed-cloud';
import type { SpareKind } from './spares';

/** What taking one action away does to a run, and where a person reads the action's name. */
export type Consequence = {
  /** Makes the domain, or the run, such that the action is needed; what it returns puts the rest right again. */
  readonly arrange?: (probed: ProbedCloud) => Promise<unknown> | (() => void) | undefined;
} & (
  | {
      /**
       * The run is FAILED. `manifest`: the snapshot's manifest says so and names the action, as does the
       * execution's cause. `execution`: only the cause names it, since there is no manifest yet, or it can not be
       * written. `collection`: the cause names it, and the snapshot is COMPLETE all the same. `history`: only the
       * history does, since another failure came first.
       */
      readonly failed: 'manifest' | 'execution' | 'collection' | 'history';
    }
  /** The snapshot is PARTIAL: scopes of these kinds, and no others, are unreadable, each naming the action. */
  | { readonly partial: readonly string[] }
  /** The schedule's invocation ends as a dead letter whose error names the action. */
  | { readonly started: false }
);

/** Consequences by logical role name, the statement's Sid, and action. */
export type Consequences = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Consequence>>>>>
>;

const inManifest: Consequence = { failed: 'manifest' };
const inExecution: Consequence = { failed: 'execution' };
/** Only where there is something to collect does all of it come to pass. */
const ofCollection: Consequence = { failed: 'collection', arrange: (probed) => probed.ageVault() };
const partial = (...kinds: readonly string[]): Consequence => ({ partial: kinds });
/** A Get whose only need is to confirm that something is gone. */
const confirms = (kind: SpareKind): Consequence => ({
  arrange: (probed) => {
    probed.spares.delete(kind);
    return undefined;
  },
  partial: [kind],
});

const ofProjects = kindsOf('V2').flatMap(({ name, scope }) => (scope === 'project' ? [name] : []));

/** A V1 domain of this stack: every called and every implied action. */
const datazone: Consequences = {
  'backup-capture': {
    CalledVault: {
      'dynamodb:BatchGetItem': inManifest,
      'dynamodb:GetItem': inExecution,
      'dynamodb:PutItem': inExecution,
      'dynamodb:Query': inManifest,
    },
    CalledReplica: { 'dynamodb:GetItem': inExecution },
    ImpliedTableKey: {
      'kms:Decrypt': inExecution,
      'kms:DescribeKey': inExecution,
      'kms:GenerateDataKey': inExecution,
    },
    ImpliedReplicaKey: { 'kms:Decrypt': inExecution },
    CalledDomain: { 'datazone:GetDomain': inExecution, 'datazone:ListProjects': partial('project') },
    ImpliedDomainKey: {
      'kms:Decrypt': inExecution,
      'kms:DescribeKey': inExecution,
      'kms:GenerateDataKey': inExecution,
    },
    CalledExecutions: {
      'states:DescribeExecution': { failed: 'execution', arrange: (probed) => probed.abandonRun() },
    },
  },
  'backup-commit': {
    CalledVault: {
      'dynamodb:GetItem': inExecution,
      'dynamodb:PutItem': inExecution,
      // Fail can do without.
      'dynamodb:Query': inManifest,
    },
    ImpliedTableKey: {
      'kms:Decrypt': inExecution,
      'kms:DescribeKey': inExecution,
      'kms:GenerateDataKey': inExecution,
    },
  },
  'backup-collect': {
    CalledVault: { 'dynamodb:GetItem': ofCollection, 'dynamodb:Query': ofCollection },
    CalledHorizon: { 'dynamodb:PutItem': ofCollection },
    CalledEnds: { 'dynamodb:UpdateItem': ofCollection },
    CalledDeletedHeads: { 'dynamodb:DeleteItem': ofCollection },
    ImpliedTableKey: {
      'kms:Decrypt': ofCollection,
      'kms:DescribeKey': ofCollection,
      'kms:GenerateDataKey': ofCollection,
    },
  },
  backup: {
    CalledBegin: { 'lambda:InvokeFunction': inExecution },
    CalledCaptureScopes: { 'lambda:InvokeFunction': partial(...kindsOf('V1').map(({ name }) => name)) },
    CalledCloseReferences: { 'lambda:InvokeFunction': inManifest },
    CalledCommit: { 'lambda:InvokeFunction': inManifest },
    CalledCollect: { 'lambda:InvokeFunction': ofCollection },
    CalledFail: {
      'lambda:InvokeFunction': {
        failed: 'history',
        arrange: (probed) => probed.without('backup-commit', 'CalledVault', 'dynamodb:Query'),
      },
    },
  },
  'backup-schedule': {
    CalledStateMachine: { 'states:StartExecution': { started: false } },
  },
};

/** An adopted V2 domain over all projects, where the run finds them and enrols its reader: what differs. */
const smus: Consequences = {
  'backup-capture': {
    CalledVault: { 'dynamodb:Query': inManifest },
    CalledDomain: {
      // Without it what a project holds that is gone can not be known as gone.
      'datazone:GetProject': { ...confirms('project'), partial: [...ofProjects, 'project'] },
      'datazone:ListProjects': inManifest,
    },
    CalledEnrolment: {
      'datazone:CreateProjectMembership': {
        partial: ofProjects,
        arrange: (probed) => {
          probed.createProject('New');
          return undefined;
        },
      },
    },
  },
};

export const consequences: Readonly<Record<Flavour, Consequences>> = { datazone, smus };

/** Best effort statements, none of which the local cloud can judge: by Sid, why. */
export const notJudgedLocally: Readonly<Record<string, string>> = {
  BestEffortLogs: 'Lambda writes the log of a function; the local cloud reads what it prints',
  BestEffortLogDelivery: 'CloudWatch Logs checks it when a state machine is made',
  BestEffortTraces: 'the local cloud has no X-Ray',
  BestEffortDeadLetters: 'the local scheduler keeps dead letters itself',
  BestEffortDeadLetterKey: 'the local scheduler keeps dead letters itself',
};
