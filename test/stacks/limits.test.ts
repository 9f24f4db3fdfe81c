import assert from 'node:assert/strict';
import type { CapturedResource, ResourceGraph } from '../../local/program/graph';
import { graphOf, ofType } from '../support/program';

const word = (length: number) => 'x'.repeat(length);
const title = (first: string) => `${first}${' y'.repeat(31)}z`;

/** Every key at its longest. */
const longest = {
  application: word(32),
  stage: word(16),
  domainName: title('D'),
  domainDescription: word(2048),
  projects: [{ name: title('P'), description: word(2048), environment: true }],
  backupCron: '0/15 0-23 ? JAN-DEC MON-SUN 2026-2199',
  backupTimeZone: 'America/Argentina/ComodRivadavia',
  flexibleWindowMinutes: 1440,
  tags: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${word(126)}${n + 10}`, word(256)])),
};

interface Limit {
  /** What AWS calls the resource: its name or id. */
  readonly of: (resource: CapturedResource) => unknown;
  readonly pattern: RegExp;
}
const name: Limit['of'] = ({ state }) => state.name;

/** Lengths and patterns of names in AWS's API references. */
const limits: Readonly<Record<string, Limit>> = {
  'aws:cloudwatch/eventRule:EventRule': { of: name, pattern: /^[\w.-]{1,64}$/ },
  'aws:cloudwatch/metricAlarm:MetricAlarm': { of: name, pattern: /^[ -~]{1,255}$/ },
  'aws:cloudwatch/logGroup:LogGroup': { of: name, pattern: /^[\w./#-]{1,512}$/ },
  'aws:datazone/environment:Environment': { of: name, pattern: /^[\w -]{1,64}$/ },
  'aws:datazone/environmentProfile:EnvironmentProfile': { of: name, pattern: /^[\w -]{1,64}$/ },
  'aws:datazone/project:Project': { of: name, pattern: /^[\w -]{1,64}$/ },
  'aws:dynamodb/table:Table': { of: name, pattern: /^[\w.-]{3,255}$/ },
  'aws:iam/role:Role': { of: name, pattern: /^[\w+=,.@-]{1,64}$/ },
  'aws:iam/rolePolicy:RolePolicy': { of: name, pattern: /^[\w+=,.@-]{1,128}$/ },
  'aws:lambda/function:Function': { of: name, pattern: /^[\w-]{1,64}$/ },
  'aws:s3/bucket:Bucket': { of: ({ state }) => state.bucket, pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
  'aws:scheduler/schedule:Schedule': { of: name, pattern: /^[\w.-]{1,64}$/ },
  'aws:scheduler/scheduleGroup:ScheduleGroup': { of: name, pattern: /^[\w.-]{1,64}$/ },
  'aws:sfn/stateMachine:StateMachine': { of: name, pattern: /^[\w-]{1,80}$/ },
  'aws:sqs/queue:Queue': { of: name, pattern: /^[\w-]{1,80}$/ },
  // 1011 characters with the ARN's own part, at most 15 levels.
  'aws:ssm/parameter:Parameter': {
    of: name,
    pattern: /^(?!\/(aws|ssm))(?=.{1,900}$)(\/[\w.-]+){1,15}$/i,
  },
};

describe('with the longest configuration that is legal', () => {
  let graphs: ResourceGraph[];
  before(async () => {
    graphs = [
      await graphOf('datazone', longest),
      await graphOf('smus', {
        application: word(32),
        stage: word(16),
        projects: [`${word(34)}-1`, word(36)],
      }),
    ];
  });

  for (const [type, { of, pattern }] of Object.entries(limits)) {
    it(`every ${type.split(':').at(-1)} has a name that AWS takes`, () => {
      const resources = graphs.flatMap((graph) => ofType(graph, type));

      assert.ok(resources.length > 0);
      for (const resource of resources) assert.match(String(of(resource)), pattern, resource.name);
    });
  }

  it('every policy of a role is under 10,240 characters, and of a key under 32 KiB', () => {
    for (const graph of graphs) {
      const inline = new Map<unknown, number>();
      for (const { inputs } of ofType(graph, 'aws:iam/rolePolicy:RolePolicy')) {
        inline.set(inputs.role, (inline.get(inputs.role) ?? 0) + String(inputs.policy).length);
      }
      for (const [role, length] of inline) assert.ok(length <= 10_240, `${role}: ${length}`);
      for (const { name: key, inputs } of ofType(graph, 'aws:kms/key:Key')) {
        assert.ok(String(inputs.policy).length <= 32_768, key);
      }
    }
  });

  it('every event pattern is under 2,048 characters', () => {
    for (const { name: rule, inputs } of graphs.flatMap((graph) =>
      ofType(graph, 'aws:cloudwatch/eventRule:EventRule'),
    )) {
      assert.ok(String(inputs.eventPattern).length <= 2048, rule);
    }
  });

  it('change capture has room for the lists that the configuration allows: 3,000 bytes of the 4 KB of a function', () => {
    for (const graph of graphs) {
      const [change] = ofType(graph, 'aws:lambda/function:Function').filter(({ name: callback }) =>
        callback.startsWith('changes'),
      );
      assert.ok(change);
      const { variables } = change.inputs.environment as { variables: Record<string, string> };
      const { SELECTION: _selection, REQUEST_RATES: _rates, ...others } = variables;
      const names = Object.keys(variables).join('');
      assert.ok(names.length + Object.values(others).join('').length <= 4096 - 3000);
    }
  });

  it('no resource has more than 50 tags', () => {
    for (const graph of graphs) {
      for (const { inputs } of ofType(graph, 'pulumi:providers:aws')) {
        const { tags } = JSON.parse(String(inputs.defaultTags)) as { tags: object };
        assert.ok(Object.keys(tags).length <= 50);
      }
    }
  });
});
