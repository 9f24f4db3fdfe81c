import assert from 'node:assert/strict';
import { DataZoneSource } from '../../../core/catalog/data-zone-source';
import type { JsonObject, Kind } from '../../../core/catalog/kind';
import { subscription } from '../../../core/catalog/subscription';
import { subscriptionGrant } from '../../../core/catalog/subscription-grant';
import { subscriptionRequest } from '../../../core/catalog/subscription-request';
import { Fixture, tableType } from '../../local/datazone/fixture';
import { accountId } from '../../support/wire-server';
import { allOf, listedBy, pagesOf } from './enumerated';
import { domainId, ScriptedSource } from './fixture';

const assetScope = { assetId: 'a1', filterIds: ['f2', 'f1'], status: 'ACTIVE' };
const listing: JsonObject = {
  id: 'l1',
  revision: '3',
  name: 'orders',
  description: '',
  ownerProjectId: 'p1',
  ownerProjectName: 'Producer',
  item: {
    assetListing: {
      entityId: 'a1',
      entityRevision: '7',
      entityType: tableType,
      forms: '{"GlueTableForm":{}}',
      assetScope,
      permissions: { s3: ['WRITE', 'READ'] },
    },
  },
};
const context = { formModel: () => undefined };
const paths = (kind: Kind, record: JsonObject): string[] =>
  kind.references(record, context).map((it) => `${it.path}: ${it.scopeId ?? '-'} ${it.kind} ${it.id}`);

/** Lists that answer page by page: those of each status, the last of each with an empty cursor. */
function byStatus(operation: string, pages: Readonly<Record<string, readonly JsonObject[]>>): ScriptedSource {
  return new ScriptedSource({
    [operation]: ({ status, nextToken }) => {
      const items = pages[String(status)] ?? assert.fail(`asked for ${String(status)}`);
      const at = Number(nextToken ?? 0);
      return { items: items.slice(at, at + 1), nextToken: at + 1 < items.length ? String(at + 1) : '' };
    },
  });
}

describe('a subscription request', () => {
  const request: JsonObject = {
    id: 'r1',
    domainId,
    status: 'ACCEPTED',
    requestReason: 'Monthly report',
    createdAt: 1714000000,
    createdBy: 'someone',
    updatedAt: 1714000500.25,
    reviewerId: 'u9',
    existingSubscriptionId: 's0',
    subscribedPrincipals: [{ project: { id: 'p2', name: 'Consumer' } }],
    subscribedListings: [listing],
    metadataForms: [{ formName: 'Purpose', typeName: 'Purpose', typeRevision: '2', content: '{"why":"x"}' }],
  };
  const read = (answer: JsonObject) =>
    subscriptionRequest.read(new ScriptedSource({ GetSubscriptionRequestDetails: () => answer }), 'r1');

  it('is asked for in each status, as the list gives only those that wait by itself', async () => {
    const item = (id: string, status: string): JsonObject => ({
      id,
      status,
      updatedAt: 7,
      requestReason: 'x',
    });
    const source = byStatus('ListSubscriptionRequests', {
      PENDING: [item('a', 'PENDING'), item('b', 'PENDING')],
      ACCEPTED: [item('c', 'ACCEPTED')],
      REJECTED: [item('d', 'REJECTED')],
    });

    const listed = await listedBy(subscriptionRequest, source, domainId);

    assert.deepEqual(
      listed.map(({ id, summary }) => [id, summary]),
      [
        ['a', { status: 'PENDING', updatedAt: 7 }],
        ['b', { status: 'PENDING', updatedAt: 7 }],
        ['c', { status: 'ACCEPTED', updatedAt: 7 }],
        ['d', { status: 'REJECTED', updatedAt: 7 }],
      ],
    );
    assert.equal(source.asked.length, 4);
  });

  it('that is decided during the sweep is met all the same', async () => {
    const statuses: Record<string, string> = { a: 'PENDING', b: 'PENDING' };
    const source = new ScriptedSource({
      ListSubscriptionRequests: ({ status, nextToken }) => {
        const [first, ...rest] = Object.keys(statuses)
          .filter((id) => statuses[id] === status && id > String(nextToken ?? ''))
          .map((id) => ({ id, status: String(status), updatedAt: 1 }));
        if (status === 'PENDING') statuses.b = 'ACCEPTED';
        return { items: first ? [first] : [], nextToken: rest.length > 0 ? (first?.id ?? '') : '' };
      },
    });

    const ids = (await listedBy(subscriptionRequest, source, domainId)).map(({ id }) => id);

    assert.deepEqual(ids, ['a', 'b']);
  });

  it('is kept with its forms, and without the copy of those of the asset', async () => {
    const { record, facets, changedAt } = await read(request);

    assert.deepEqual(record.metadataForms, request.metadataForms);
    assert.ok(!JSON.stringify(record).includes('GlueTableForm'));
    assert.deepEqual(facets, { 'GetSubscriptionRequestDetails.unknown': null });
    assert.equal(changedAt, 1714000500250);
  });

  it('refers to who asks, to what they ask for, and to the types of its forms', async () => {
    const { record } = await read(request);

    assert.deepEqual(paths(subscriptionRequest, record), [
      'subscribedPrincipals[0].project.id: - project p2',
      'subscribedListings[0].id: - listing l1',
      'subscribedListings[0].ownerProjectId: - project p1',
      'subscribedListings[0].item.assetListing.entityId: p1 asset a1',
      'subscribedListings[0].item.assetListing.assetScope.assetId: p1 asset a1',
      'subscribedListings[0].item.assetListing.assetScope.filterIds[0]: p1 assetFilter a1/f1',
      'subscribedListings[0].item.assetListing.assetScope.filterIds[1]: p1 assetFilter a1/f2',
      'existingSubscriptionId: - subscription s0',
      'metadataForms[0].typeName: - formType Purpose',
    ]);
  });

  it('refers to users and groups, and to the assets of a data product', async () => {
    const item = {
      productListing: { entityId: 'd1', assetListings: [{ entityId: 'a2' }, { entityId: 'a1' }] },
    };
    const details = { iam: { arn: 'arn:role', groupProfileId: 'g2' } };
    const { record } = await read({
      ...request,
      existingSubscriptionId: null,
      metadataForms: [],
      subscribedPrincipals: [{ user: { id: 'u1', details } }, { group: { id: 'g1' } }],
      subscribedListings: [{ ...listing, item }],
    });

    assert.deepEqual(
      paths(subscriptionRequest, record).filter((path) => !/: - (listing|project)/.test(path)),
      [
        'subscribedPrincipals[0].user.id: - userProfile u1',
        'subscribedPrincipals[0].user.details.iam.groupProfileId: - groupProfile g2',
        'subscribedPrincipals[1].group.id: - groupProfile g1',
        'subscribedListings[0].item.productListing.entityId: p1 dataProduct d1',
        'subscribedListings[0].item.productListing.assetListings[0].entityId: - asset a1',
        'subscribedListings[0].item.productListing.assetListings[1].entityId: - asset a2',
      ],
    );
  });
});

describe('a subscription', () => {
  const found: JsonObject = {
    id: 's1',
    domainId,
    status: 'APPROVED',
    createdAt: 1714000000,
    createdBy: 'someone',
    updatedAt: 1714000500,
    subscribedPrincipal: { iam: { principalArn: 'arn:role' } },
    subscribedListing: listing,
    subscriptionRequestId: 'r1',
    retainPermissions: false,
  };

  it('is asked for in each status, as the list gives only approved ones by itself', async () => {
    const source = byStatus('ListSubscriptions', {
      APPROVED: [found, { ...found, id: 's2' }],
      REVOKED: [{ ...found, id: 's3', status: 'REVOKED' }],
      CANCELLED: [],
    });

    const readings = (await pagesOf(subscription, source, domainId)).flatMap((page) => page.readings);

    assert.deepEqual(
      readings.map(({ id, record }) => [id, record.status]),
      [
        ['s1', 'APPROVED'],
        ['s2', 'APPROVED'],
        ['s3', 'REVOKED'],
      ],
    );
  });

  it('is the same from its list and by itself', async () => {
    const shuffled = {
      ...found,
      updatedBy: null,
      subscribedListing: {
        ...listing,
        item: {
          assetListing: {
            ...(listing.item as { assetListing: JsonObject }).assetListing,
            assetScope: { ...assetScope, filterIds: ['f1', 'f2'] },
          },
        },
      },
    };
    const source = new ScriptedSource({
      ListSubscriptions: ({ status }) => ({ items: status === 'APPROVED' ? [found] : [] }),
      GetSubscription: () => shuffled,
    });

    const [listed] = await allOf(subscription, source, domainId);
    const live = await subscription.read(source, 's1');

    assert.deepEqual(live.record, listed?.record);
    assert.equal(live.record.retainPermissions, false);
  });

  it('refers to its request and its listing, and not to a role of IAM', () => {
    assert.deepEqual(paths(subscription, { ...found, subscribedListing: { id: 'l1' } }), [
      'subscribedListing.id: - listing l1',
      'subscriptionRequestId: - subscriptionRequest r1',
    ]);
  });
});

describe('a subscription grant', () => {
  const found: JsonObject = {
    id: 'g1',
    domainId,
    status: 'COMPLETED',
    environmentId: 'e1',
    subscriptionTargetId: 't1',
    subscriptionId: 's1',
    createdAt: 1714000000,
    createdBy: 'someone',
    updatedAt: 1714000500,
    grantedEntity: { listing: { id: 'l1', revision: '3' } },
    assets: [
      { assetId: 'b', assetRevision: '1', status: 'GRANTED', grantedTimestamp: 1714000400 },
      { assetId: 'a', assetRevision: '7', status: 'GRANTED', assetScope: { ...assetScope, assetId: 'a' } },
    ],
  };
  const read = (answer: JsonObject) =>
    subscriptionGrant.read(new ScriptedSource({ GetSubscriptionGrant: () => answer }), 'g1');

  it('tells what was granted in truth, in whatever order its assets are listed', async () => {
    const { record } = await read(found);
    const [b, a] = found.assets as JsonObject[];

    assert.deepEqual((await read({ ...found, assets: [a ?? {}, b ?? {}] })).record, record);
    const failed = { ...found, status: 'GRANT_FAILED', assets: [{ ...b, status: 'GRANT_FAILED' }, a ?? {}] };
    assert.notDeepEqual((await read(failed)).record, record);
  });

  it('refers to where it was granted, what, and of which subscription', async () => {
    const { record } = await read(found);

    assert.deepEqual(paths(subscriptionGrant, record), [
      'environmentId: - environment e1',
      'subscriptionTargetId: - subscriptionTarget e1/t1',
      'subscriptionId: - subscription s1',
      'grantedEntity.listing.id: - listing l1',
      'assets[0].assetId: - asset a',
      'assets[0].assetScope.assetId: - asset a',
      'assets[0].assetScope.filterIds[0]: - assetFilter a/f1',
      'assets[0].assetScope.filterIds[1]: - assetFilter a/f2',
      'assets[1].assetId: - asset b',
    ]);
    const { references } = subscriptionGrant;
    const ofListing = references(record, context).find(({ kind }) => kind === 'listing');
    assert.equal(ofListing?.revision, '3');
  });
});

for (const version of ['V1', 'V2'] as const) {
  describe(`the subscriptions of a domain of ${version} over the wire`, () => {
    let fixture: Fixture;
    let source: DataZoneSource;
    const expected = { requests: new Map<string, string>(), subscriptions: new Map<string, string>() };
    const grants = new Set<string>();

    before(async () => {
      fixture = await new Fixture().start();
      const domainIdentifier = fixture.domain(version);
      const producer = fixture.project(domainIdentifier, 'Producer');
      const consumer = fixture.project(domainIdentifier, 'Consumer');
      const environmentIdentifier = fixture.environment(domainIdentifier, consumer);
      fixture.call('CreateSubscriptionTarget', {
        domainIdentifier,
        environmentIdentifier,
        name: 'Lake',
        type: 'GlueSubscriptionTargetType',
        manageAccessRole: `arn:aws:iam::${accountId}:role/Access`,
        authorizedPrincipals: [`arn:aws:iam::${accountId}:role/Consumer`],
        applicableAssetTypes: [tableType],
        subscriptionTargetConfig: [],
      });
      for (let n = 0; n < 105; n++) {
        const entityIdentifier = fixture.asset(domainIdentifier, producer, `table ${n}`);
        const { listingId: identifier } = fixture.call('CreateListingChangeSet', {
          domainIdentifier,
          entityIdentifier,
          entityType: 'ASSET',
          action: 'PUBLISH',
        });
        const request = fixture.call('CreateSubscriptionRequest', {
          domainIdentifier,
          subscribedPrincipals: [{ project: { identifier: consumer } }],
          subscribedListings: [{ identifier }],
          requestReason: `reason ${n}`,
          metadataForms: [
            {
              formName: 'Why',
              typeIdentifier: 'amazon.datazone.GlueTableFormType',
              content: JSON.stringify({ tableName: n }),
            },
          ],
        });
        const one = { domainIdentifier, identifier: request.id };
        if (n >= 60) {
          expected.requests.set(request.id, n < 70 ? 'REJECTED' : 'PENDING');
          if (n < 70) fixture.call('RejectSubscriptionRequest', one);
          continue;
        }
        expected.requests.set(request.id, 'ACCEPTED');
        fixture.call('AcceptSubscriptionRequest', one);
        const [approved] = fixture.call('ListSubscriptions', {
          domainIdentifier,
          subscriptionRequestIdentifier: request.id,
        }).items;
        const subscribed = { domainIdentifier, identifier: approved?.id ?? '' };
        expected.subscriptions.set(
          subscribed.identifier,
          n < 3 ? 'REVOKED' : n < 6 ? 'CANCELLED' : 'APPROVED',
        );
        const grantedEntity = { listing: { identifier, revision: '1' } };
        grants.add(
          fixture.call('CreateSubscriptionGrant', { domainIdentifier, environmentIdentifier, grantedEntity })
            .id,
        );
        if (n < 3) fixture.call('RevokeSubscription', { ...subscribed, retainPermissions: true });
        else if (n < 6) fixture.call('CancelSubscription', subscribed);
      }
      source = new DataZoneSource({ client: fixture.client(), domainId: domainIdentifier });
    });
    after(() => fixture.stop());

    const statuses = async (kind: Kind) => {
      const readings = await allOf(kind, source, source.domainId);
      for (const { id, record, facets, scopeId } of readings) {
        assert.equal(scopeId, source.domainId);
        assert.ok(
          Object.entries(facets).every(([name, facet]) => name.endsWith('.unknown') && facet === null),
        );
        assert.deepEqual((await kind.read(source, id)).record, record);
      }
      return readings.map(({ id, record }) => [id, record.status] as const);
    };

    it('have all their requests, in whatever status, with the forms that people filled in', async () => {
      assert.deepEqual(new Map(await statuses(subscriptionRequest)), expected.requests);
      const { id } = (await listedBy(subscriptionRequest, source, source.domainId))[0] ?? assert.fail();
      const { record } = await subscriptionRequest.read(source, id);
      assert.match(JSON.stringify(record.metadataForms), /tableName/);
    });

    it('are all met, those that have ended among them', async () => {
      const met = await statuses(subscription);

      assert.equal(met.length, expected.subscriptions.size);
      assert.deepEqual(new Map(met), expected.subscriptions);
    });

    it('have all their grants', async () => {
      const met = await statuses(subscriptionGrant);

      assert.deepEqual(new Set(met.map(([id]) => id)), grants);
      assert.equal(met.length, grants.size);
    });
  });
}
