import assert from 'node:assert/strict';
import {
  AcceptSubscriptionRequestCommand,
  CancelSubscriptionCommand,
  CreateSubscriptionGrantCommand,
  CreateSubscriptionRequestCommand,
  DeleteSubscriptionGrantCommand,
  DeleteSubscriptionRequestCommand,
  GetSubscriptionCommand,
  GetSubscriptionGrantCommand,
  GetSubscriptionRequestDetailsCommand,
  ListSubscriptionGrantsCommand,
  ListSubscriptionRequestsCommand,
  ListSubscriptionsCommand,
  RejectSubscriptionRequestCommand,
  RevokeSubscriptionCommand,
  UpdateSubscriptionGrantStatusCommand,
  UpdateSubscriptionRequestCommand,
} from '@aws-sdk/client-datazone';
import { accountId } from '../../support/wire-server';
import { Fixture, tableType } from './fixture';

describe('Subscriptions of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let producer: string;
  let consumer: string;
  let send: ReturnType<Fixture['client']>['send'];

  beforeEach(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    producer = fixture.project(domainIdentifier, 'Producer');
    consumer = fixture.project(domainIdentifier, 'Consumer');
    const client = fixture.client();
    send = client.send.bind(client);
  });
  afterEach(() => fixture.stop());

  const published = (name: string, typeIdentifier = tableType) => {
    const owner = { domainIdentifier, owningProjectIdentifier: producer };
    const formsInput =
      typeIdentifier === tableType ? [{ formName: 'GlueTableForm', content: '{"tableName":"t"}' }] : [];
    const assetId = fixture.call('CreateAsset', { ...owner, name, typeIdentifier, formsInput }).id;
    const asset = { domainIdentifier, entityIdentifier: assetId, entityType: 'ASSET' as const };
    const { listingId } = fixture.call('CreateListingChangeSet', { ...asset, action: 'PUBLISH' });
    return { assetId, listingId };
  };
  const request = async (listingId: string, overrides: Record<string, unknown> = {}) => {
    const { id } = await send(
      new CreateSubscriptionRequestCommand({
        domainIdentifier,
        subscribedPrincipals: [{ project: { identifier: consumer } }],
        subscribedListings: [{ identifier: listingId }],
        requestReason: 'Monthly report',
        ...overrides,
      }),
    );
    return { domainIdentifier, identifier: id };
  };
  const accepted = async (listingId: string) => {
    const { identifier } = await request(listingId);
    await send(new AcceptSubscriptionRequestCommand({ domainIdentifier, identifier }));
    const subscriptionRequestIdentifier = identifier;
    const { items } = await send(
      new ListSubscriptionsCommand({ domainIdentifier, subscriptionRequestIdentifier }),
    );
    return { domainIdentifier, identifier: items?.[0]?.id };
  };
  const requestsOf = async (status?: 'PENDING' | 'ACCEPTED' | 'REJECTED') =>
    (await send(new ListSubscriptionRequestsCommand({ domainIdentifier, status }))).items ?? [];
  const subscriptionsOf = async (status?: 'APPROVED' | 'REVOKED' | 'CANCELLED') =>
    (await send(new ListSubscriptionsCommand({ domainIdentifier, status }))).items ?? [];
  const told = (about: string) =>
    fixture.events
      .filter((event) => event['detail-type'].startsWith(about))
      .map((event) => event['detail-type'].slice(about.length + 1));

  it('lists only requests that wait for a decision, unless it is asked for others', async () => {
    const [waiting, granted, refused] = [published('a'), published('b'), published('c')];
    await request(waiting.listingId);
    await send(new AcceptSubscriptionRequestCommand(await request(granted.listingId)));
    const refusal = { ...(await request(refused.listingId)), decisionComment: 'Use the masked table' };
    await send(new RejectSubscriptionRequestCommand(refusal));

    const listings = (items: Awaited<ReturnType<typeof requestsOf>>) =>
      items.map(({ subscribedListings }) => subscribedListings?.[0]?.id);
    assert.deepEqual(listings(await requestsOf()), [waiting.listingId]);
    assert.deepEqual(listings(await requestsOf('PENDING')), [waiting.listingId]);
    assert.deepEqual(listings(await requestsOf('ACCEPTED')), [granted.listingId]);
    assert.deepEqual(listings(await requestsOf('REJECTED')), [refused.listingId]);
    assert.equal((await requestsOf('REJECTED'))[0]?.decisionComment, 'Use the masked table');
    assert.deepEqual(told('Subscription Request'), ['Created', 'Created', 'Accepted', 'Created', 'Rejected']);
  });

  it('gives the forms of a request by its details alone, and who is subscribed to what', async () => {
    const { assetId, listingId } = published('orders');
    const form = { formName: 'Purpose', typeIdentifier: 'amazon.datazone.GlueTableFormType' };
    const one = await request(listingId, { metadataForms: [{ ...form, content: '{"tableName":"why"}' }] });

    const details = await send(new GetSubscriptionRequestDetailsCommand(one));
    const [listed] = await requestsOf();

    assert.equal(details.metadataForms?.[0]?.content, '{"tableName":"why"}');
    assert.deepEqual(
      listed?.metadataFormsSummary?.map(({ formName, typeName }) => [formName, typeName]),
      [['Purpose', 'amazon.datazone.GlueTableFormType']],
    );
    assert.ok(!('metadataForms' in (listed ?? {})));
    assert.deepEqual(details.subscribedPrincipals, [{ project: { id: consumer, name: 'Consumer' } }]);
    const [listing] = details.subscribedListings ?? [];
    assert.deepEqual([listing?.ownerProjectId, listing?.ownerProjectName], [producer, 'Producer']);
    assert.equal(listing?.item?.assetListing?.entityId, assetId);
  });

  it('are made for projects, users, groups and roles', async () => {
    const userIdentifier = `arn:aws:iam::${accountId}:role/Analyst`;
    fixture.call('CreateUserProfile', { domainIdentifier, userIdentifier, userType: 'IAM_ROLE' });
    const group = fixture.call('CreateGroupProfile', { domainIdentifier, groupIdentifier: 'analysts' });
    const { listingId } = published('orders');
    const made = await Promise.all(
      [
        { user: { identifier: userIdentifier } },
        { group: { identifier: `${group.id}` } },
        { iam: { identifier: userIdentifier } },
      ].map((principal) => request(listingId, { subscribedPrincipals: [principal] })),
    );

    const shown = await Promise.all(made.map((it) => send(new GetSubscriptionRequestDetailsCommand(it))));
    const [user, ofGroup, iam] = shown.map(({ subscribedPrincipals }) => subscribedPrincipals?.[0]);
    assert.equal(user?.user?.details?.iam?.arn, userIdentifier);
    assert.deepEqual(ofGroup, { group: { id: group.id, name: 'analysts' } });
    assert.deepEqual(iam, { iam: { principalArn: userIdentifier } });
  });

  it('are refused where nothing is published, twice the same, and once decided', async () => {
    const { assetId, listingId } = published('orders');
    const first = await request(listingId);

    await assert.rejects(request(listingId), { name: 'ConflictException' });
    await assert.rejects(request('nowhere'), { name: 'ResourceNotFoundException' });
    await assert.rejects(request(listingId, { subscribedPrincipals: [{ project: { identifier: 'no' } }] }), {
      name: 'ResourceNotFoundException',
    });
    await assert.rejects(request(listingId, { subscribedListings: [] }), { name: 'ValidationException' });
    await send(new RejectSubscriptionRequestCommand(first));
    await assert.rejects(send(new AcceptSubscriptionRequestCommand(first)), { name: 'ConflictException' });
    const asset = { domainIdentifier, entityIdentifier: assetId, entityType: 'ASSET' as const };
    fixture.call('CreateListingChangeSet', { ...asset, action: 'UNPUBLISH' });
    await assert.rejects(request(listingId), { name: 'ValidationException' });
  });

  it('are changed and withdrawn by who asked, until they are granted', async () => {
    const one = await request(published('a').listingId);
    await send(new UpdateSubscriptionRequestCommand({ ...one, requestReason: 'Yearly report' }));
    assert.equal((await requestsOf())[0]?.requestReason, 'Yearly report');

    await send(new DeleteSubscriptionRequestCommand(one));

    assert.deepEqual(await requestsOf(), []);
    await assert.rejects(send(new GetSubscriptionRequestDetailsCommand(one)), {
      name: 'ResourceNotFoundException',
    });
    const other = await request(published('b').listingId);
    await send(new AcceptSubscriptionRequestCommand(other));
    await assert.rejects(send(new DeleteSubscriptionRequestCommand(other)), { name: 'ConflictException' });
  });

  it('are granted by members of the project that owns the data', async () => {
    const one = await request(published('orders').listingId);
    const stranger = fixture.client('Stranger');

    await assert.rejects(stranger.send(new AcceptSubscriptionRequestCommand(one)), {
      name: 'AccessDeniedException',
    });
    await assert.rejects(stranger.send(new DeleteSubscriptionRequestCommand(one)), {
      name: 'AccessDeniedException',
    });
  });

  it('narrow an asset to filters and permissions, those of that asset alone', async () => {
    const { assetId, listingId } = published('orders');
    const one = await request(listingId);
    const permissions = { s3: ['READ' as const] };

    await assert.rejects(
      send(
        new AcceptSubscriptionRequestCommand({ ...one, assetPermissions: [{ assetId: 'x', permissions }] }),
      ),
      { name: 'ValidationException' },
    );
    await send(
      new AcceptSubscriptionRequestCommand({
        ...one,
        assetScopes: [{ assetId, filterIds: [] }],
        assetPermissions: [{ assetId, permissions }],
      }),
    );

    const [subscription] = await subscriptionsOf();
    const { assetListing } = subscription?.subscribedListing?.item ?? {};
    assert.deepEqual(assetListing?.permissions, permissions);
    assert.equal(assetListing?.assetScope?.assetId, assetId);
  });

  it('list only approved ones, unless they are asked for those that have ended', async () => {
    const [lasting, revoked, cancelled] = await Promise.all(
      ['a', 'b', 'c'].map((name) => accepted(published(name).listingId)),
    );
    await send(new RevokeSubscriptionCommand({ domainIdentifier, identifier: revoked?.identifier }));
    await send(new CancelSubscriptionCommand({ domainIdentifier, identifier: cancelled?.identifier }));

    const ids = (items: Awaited<ReturnType<typeof subscriptionsOf>>) => items.map(({ id }) => id);
    assert.deepEqual(ids(await subscriptionsOf()), [lasting?.identifier]);
    assert.deepEqual(ids(await subscriptionsOf('REVOKED')), [revoked?.identifier]);
    assert.deepEqual(ids(await subscriptionsOf('CANCELLED')), [cancelled?.identifier]);
    const ended = { domainIdentifier, identifier: revoked?.identifier };
    assert.equal((await send(new GetSubscriptionCommand(ended))).status, 'REVOKED');
    await assert.rejects(send(new CancelSubscriptionCommand(ended)), { name: 'ConflictException' });
    assert.deepEqual(told('Subscription').slice(-2), ['Revoked', 'Cancelled']);
  });

  describe('that are granted in an environment', () => {
    let environmentIdentifier: string;
    let subscriptionTargetIdentifier: string;

    beforeEach(() => {
      environmentIdentifier = fixture.environment(domainIdentifier, consumer);
      subscriptionTargetIdentifier = fixture.call('CreateSubscriptionTarget', {
        domainIdentifier,
        environmentIdentifier,
        name: 'Lake',
        type: 'GlueSubscriptionTargetType',
        manageAccessRole: `arn:aws:iam::${accountId}:role/Access`,
        authorizedPrincipals: [`arn:aws:iam::${accountId}:role/Consumer`],
        applicableAssetTypes: [tableType],
        subscriptionTargetConfig: [],
      }).id;
    });

    const grant = async (listingId: string, overrides: Record<string, unknown> = {}) => {
      const { id } = await send(
        new CreateSubscriptionGrantCommand({
          domainIdentifier,
          environmentIdentifier,
          subscriptionTargetIdentifier,
          grantedEntity: { listing: { identifier: listingId, revision: '1' } },
          ...overrides,
        }),
      );
      return { domainIdentifier, identifier: id };
    };

    it('are fulfilled by AWS for its own asset types', async () => {
      const { assetId, listingId } = published('orders');
      const { identifier: subscriptionId } = await accepted(listingId);

      const { status, assets, ...shown } = await send(
        new GetSubscriptionGrantCommand(await grant(listingId)),
      );

      assert.equal(status, 'COMPLETED');
      assert.deepEqual(
        assets?.map((asset) => [asset.assetId, asset.status]),
        [[assetId, 'GRANTED']],
      );
      assert.equal(shown.subscriptionId, subscriptionId);
      assert.deepEqual(shown.grantedEntity, { listing: { id: listingId, revision: '1' } });
      assert.deepEqual(told('Subscription Grant'), ['Requested', 'Completed']);
      await assert.rejects(grant(listingId), { name: 'ConflictException' });
    });

    it('wait for people where the asset type is their own', async () => {
      const owner = { domainIdentifier, owningProjectIdentifier: producer };
      fixture.call('CreateAssetType', { ...owner, name: 'Report', formsInput: {} });
      const { assetId, listingId } = published('report', 'Report');
      await accepted(listingId);
      const one = await grant(listingId);
      const asset = { ...one, assetIdentifier: assetId };

      const failed = await send(
        new UpdateSubscriptionGrantStatusCommand({
          ...asset,
          status: 'GRANT_FAILED',
          failureCause: { message: 'no such bucket' },
        }),
      );
      const granted = await send(
        new UpdateSubscriptionGrantStatusCommand({ ...asset, status: 'GRANTED', targetName: 'report' }),
      );

      assert.deepEqual(
        [failed.status, failed.assets?.[0]?.failureCause?.message],
        ['GRANT_FAILED', 'no such bucket'],
      );
      assert.deepEqual([granted.status, granted.assets?.[0]?.targetName], ['COMPLETED', 'report']);
      assert.deepEqual(told('Subscription Grant'), ['Requested', 'Failed', 'Completed']);
      await assert.rejects(
        send(
          new UpdateSubscriptionGrantStatusCommand({ ...one, assetIdentifier: 'other', status: 'GRANTED' }),
        ),
        { name: 'ResourceNotFoundException' },
      );
    });

    it('need a subscription, an environment and a target that are there', async () => {
      const { listingId } = published('orders');

      await assert.rejects(grant(listingId), { name: 'ValidationException' });
      await accepted(listingId);
      await assert.rejects(grant(listingId, { environmentIdentifier: 'nowhere' }), {
        name: 'ResourceNotFoundException',
      });
      await assert.rejects(grant(listingId, { subscriptionTargetIdentifier: 'nowhere' }), {
        name: 'ResourceNotFoundException',
      });
      await grant(listingId, { subscriptionTargetIdentifier: undefined });
    });

    it('are made on approval at automatic targets for what these take, and nowhere else', async () => {
      const automatic = (applicableAssetTypes: string[]) =>
        fixture.call('CreateSubscriptionTarget', {
          domainIdentifier,
          environmentIdentifier,
          name: `Lake of ${applicableAssetTypes.join()}`,
          type: 'GlueSubscriptionTargetType',
          manageAccessRole: `arn:aws:iam::${accountId}:role/Access`,
          authorizedPrincipals: [`arn:aws:iam::${accountId}:role/Consumer`],
          applicableAssetTypes,
          subscriptionTargetConfig: [],
          subscriptionGrantCreationMode: 'AUTOMATIC',
        }).id;
      const taking = automatic([tableType]);
      automatic(['amazon.datazone.RedshiftTableAssetType']);
      const { listingId } = published('orders');
      const one = await accepted(listingId);

      const { items } = await send(new ListSubscriptionGrantsCommand({ domainIdentifier }));

      assert.deepEqual(
        items?.map(({ subscriptionId, subscriptionTargetId, status, grantedEntity }) => [
          ...[subscriptionId, subscriptionTargetId, status, grantedEntity?.listing?.id],
        ]),
        [[one.identifier, taking, 'COMPLETED', listingId]],
      );
      await assert.rejects(grant(listingId, { subscriptionTargetIdentifier: taking }), {
        name: 'ConflictException',
      });
    });

    it('are made anew for who subscribes anew', async () => {
      const { listingId } = published('orders');
      const first = await accepted(listingId);
      const past = await grant(listingId);
      await send(new RevokeSubscriptionCommand(first));
      await accepted(listingId);

      const present = await grant(listingId);

      assert.notEqual(present.identifier, past.identifier);
      await assert.rejects(grant(listingId), { name: 'ConflictException' });
    });

    it('are taken back with the subscription, and when they are deleted', async () => {
      const [one, other] = [published('a'), published('b')];
      const subscription = await accepted(one.listingId);
      await accepted(other.listingId);
      const [revoked, deleted] = [await grant(one.listingId), await grant(other.listingId)];

      await send(new RevokeSubscriptionCommand(subscription));
      await send(new DeleteSubscriptionGrantCommand(deleted));

      const { items } = await send(new ListSubscriptionGrantsCommand({ domainIdentifier }));
      assert.deepEqual(
        items?.map(({ id, assets }) => [id, assets?.[0]?.status]),
        [[revoked.identifier, 'REVOKED']],
      );
      assert.deepEqual(
        (await send(new ListSubscriptionGrantsCommand({ domainIdentifier, owningProjectId: producer })))
          .items,
        [],
      );
    });
  });
});
