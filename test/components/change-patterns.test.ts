import assert from 'node:assert/strict';
import { type ChangeChannel, changePatterns } from '../../components/change-patterns';
import { changeNames } from '../../core/catalog/changes';
import { excludedOperations } from '../../core/catalog/excluded-operations';
import { publishedRates } from '../../core/catalog/pace';
import { kinds } from '../../core/catalog/registry';
import { compilePattern, type EventPattern } from '../../local/event-pattern';

const domain = { id: 'dzd_domain', arn: 'arn:aws:datazone:us-east-1:123456789012:domain/dzd_domain' };
const requests = {
  identifier: { identifier: domain.id, description: 'New' },
  domainIdentifier: { domainIdentifier: domain.id },
  resourceArn: { resourceArn: domain.arn },
};

/** A call as CloudTrail records it and EventBridge delivers it. */
function call(eventName: string, change: Readonly<Record<string, unknown>> = {}) {
  return {
    source: 'aws.datazone',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventSource: 'datazone.amazonaws.com',
      eventName,
      // DataZone's own word on searches is not relied on.
      readOnly: false,
      requestParameters: requests.domainIdentifier,
      ...change,
    },
  };
}

describe('The rules of change capture', () => {
  const matches = (channel: ChangeChannel) => compilePattern(changePatterns[channel](domain) as EventPattern);
  const isTaken = matches('calls');
  const reads = Object.keys({ ...publishedRates, ...excludedOperations }).filter(
    (operation) => operation !== 'CreateProjectMembership',
  );

  it('take no read of a backup, or each backup would feed itself', () => {
    const inCatalog = kinds.flatMap(({ actions }) =>
      actions.map((action) => action.slice('datazone:'.length)),
    );

    const taken = [...new Set([...inCatalog, ...reads])].filter((operation) => isTaken(call(operation)));

    assert.ok(inCatalog.length > 50);
    assert.deepEqual(taken, []);
  });

  it('take every call that a kind declares as a sign of a change', () => {
    const names = [...new Set([...changeNames('V1', 'calls'), ...changeNames('V2', 'calls')])];

    const missed = names.filter((operation) => !isTaken(call(operation)));

    assert.ok(names.length > 80);
    assert.deepEqual(missed, []);
  });

  it('take every call by which a kind is restored', () => {
    const changing = kinds
      .flatMap(({ restore }) => Object.values(restore?.operations ?? {}).flat())
      .filter((operation) => !reads.includes(operation));

    assert.deepEqual(
      changing.filter((operation) => !isTaken(call(operation))),
      [],
    );
  });

  it('take calls on the domain itself and on its tags, which name it otherwise', () => {
    assert.ok(isTaken(call('UpdateDomain', { requestParameters: requests.identifier })));
    assert.ok(isTaken(call('TagResource', { requestParameters: requests.resourceArn })));
  });

  it('take no call that failed, that only reads, or that is about another domain', () => {
    const others = { domainIdentifier: 'dzd_other', identifier: 'dzd_other', resourceArn: 'arn:other' };

    assert.ok(!isTaken(call('UpdateProject', { errorCode: 'AccessDenied' })));
    assert.ok(!isTaken(call('UpdateProject', { readOnly: true })));
    assert.ok(!isTaken(call('UpdateProject', { requestParameters: others })));
    assert.ok(!isTaken(call('UpdateProject', { requestParameters: null })));
  });

  it("take DataZone's events by their domain alone, since they name no resources", () => {
    const event = (id: string) => ({
      source: 'aws.datazone',
      'detail-type': 'Domain Unit Created',
      resources: [],
      detail: { metadata: { domain: id, id: 'unit' }, data: {} },
    });

    assert.ok(matches('events')(event(domain.id)));
    assert.ok(!matches('events')(event('dzd_other')));
    assert.ok(!matches('events')(call('UpdateProject')));
  });
});
