import assert from 'node:assert/strict';
import {
  CreateAssetCommand,
  CreateProjectCommand,
  DataZoneServiceException,
  GetEnvironmentCredentialsCommand,
  GetProjectCommand,
  ListProjectsCommand,
  SearchCommand,
} from '@aws-sdk/client-datazone';
import { Generator } from '../../../local/datazone/generate';
import { operations } from '../../../local/datazone/schema';
import { Fault, type OperationName } from '../../../local/datazone/service';
import { Random } from '../../../local/random';
import type { WireRequest } from '../../../local/wire';
import { accountId, callerOf } from '../../support/wire-server';
import { executionRole, Fixture, tableType } from './fixture';

const key = `arn:aws:kms:eu-west-1:${accountId}:key/12345678-1234-1234-1234-123456789012`;

describe('The local DataZone service', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;

  before(async () => {
    fixture = await new Fixture({
      decorate: (operation, output) =>
        operation === 'GetProject' ? { ...output, addedIn2031: { yes: true } } : output,
    }).start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
  });
  after(() => fixture.stop());

  const request = (method: string, url: string, body: unknown = {}): WireRequest => ({
    method,
    url,
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const handle = async (wire: WireRequest) => {
    const { status, headers, body } = await fixture.service.handle(wire, callerOf('admin'));
    return { status, error: headers['x-amzn-errortype'], json: JSON.parse(String(body)) };
  };

  describe('validation', () => {
    it('names every problem of an input at once, in the words of AWS', async () => {
      const wrong = {
        domainIdentifier,
        owningProjectIdentifier,
        name: 'x'.repeat(257),
        glossaryTerms: ['ok', '!'],
      };
      await assert.rejects(
        fixture.client().send(new CreateAssetCommand({ ...wrong, typeIdentifier: undefined })),
        {
          name: 'ValidationException',
          message: [
            '3 validation errors detected:',
            "Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 256;",
            "Value at 'typeIdentifier' failed to satisfy constraint: Member must not be null;",
            "Value '!' at 'glossaryTerms.2.member' failed to satisfy constraint:",
            'Member must satisfy regular expression pattern: ^[a-zA-Z0-9_-]{1,36}$',
          ].join(' '),
        },
      );
    });

    it('refuses a page that is larger than the operation allows', async () => {
      await assert.rejects(
        fixture.client().send(new ListProjectsCommand({ domainIdentifier, maxResults: 51 })),
        {
          name: 'ValidationException',
          message: /Value '51' at 'maxResults' .* less than or equal to 50/,
        },
      );
    });

    const searchUrl = (path = 'search') => `/v2/domains/${domainIdentifier}/${path}`;
    const tooDeep = `{"searchScope":"ASSET","filters":${'{"and":['.repeat(5000)}${']}'.repeat(5000)}}`;
    for (const [what, body, error] of [
      ['an unknown value of an enumeration', { searchScope: 'BOGUS' }, 'ValidationException'],
      ['a number in the place of a text', { searchScope: 3 }, 'ValidationException'],
      [
        'a fraction in the place of an integer',
        { searchScope: 'ASSET', maxResults: 1.5 },
        'ValidationException',
      ],
      [
        'a union with two members',
        { searchScope: 'ASSET', filters: { and: [], or: [] } },
        'ValidationException',
      ],
      ['a union without a member', { searchScope: 'ASSET', filters: {} }, 'ValidationException'],
      ['nothing in a list', { searchScope: 'ASSET', searchIn: [null] }, 'ValidationException'],
      ['endless nesting', tooDeep, 'ValidationException'],
      ['a body that is no JSON', '{', 'SerializationException'],
      ['a body that is no object', '[]', 'SerializationException'],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { status, error: name } = await handle(request('POST', searchUrl(), body));
        assert.deepEqual([status, name], [400, error]);
      });
    }

    it('ignores members that it does not know, and takes null for absent', async () => {
      const body = { searchScope: 'ASSET', searchText: null, addedIn2031: 1 };
      assert.equal((await handle(request('POST', searchUrl(), body))).status, 200);
    });

    it('is the same for calls without the wire', () => {
      assert.throws(
        () => fixture.call('CreateGlossary', { domainIdentifier, owningProjectIdentifier, name: '' }),
        (error: unknown) => error instanceof Fault && error.name === 'ValidationException',
      );
    });
  });

  describe('answers', () => {
    it('carry a request id and members that the SDK does not know', async () => {
      const url = `/v2/domains/${domainIdentifier}/projects/${owningProjectIdentifier}`;
      const { json } = await handle(request('GET', url));
      const project = await fixture
        .client()
        .send(new GetProjectCommand({ domainIdentifier, identifier: owningProjectIdentifier }));

      assert.deepEqual(json.addedIn2031, { yes: true });
      assert.match(json.createdAt, /^\d{4}-\d\d-\d\dT/);
      assert.match(project.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
    });

    it('name an operation that is not emulated, with an error that no client retries', async () => {
      const credentials = new GetEnvironmentCredentialsCommand({
        domainIdentifier,
        environmentIdentifier: 'any',
      });
      await assert.rejects(fixture.client().send(credentials), (error: unknown) => {
        assert.ok(error instanceof DataZoneServiceException);
        assert.equal(error.name, 'OperationNotEmulatedException');
        assert.match(error.message, /GetEnvironmentCredentials/);
        assert.deepEqual([error.$metadata.httpStatusCode, error.$metadata.attempts], [400, 1]);
        return true;
      });
    });

    it('name a path that belongs to no operation', async () => {
      const answer = await handle(request('GET', '/v2/planets'));
      assert.deepEqual([answer.status, answer.error], [404, 'UnknownOperationException']);
    });

    it('never are a broken server, whatever the input', async () => {
      const generator = new Generator(new Random(3));
      for (const operation of operations.values()) {
        const input = { ...generator.structure(operation.input), domainIdentifier };
        try {
          fixture.service.call(operation.name as OperationName, input as never, callerOf('admin'));
        } catch (error) {
          assert.ok(error instanceof Fault, `${operation.name}: ${String(error)}`);
          assert.ok(error.status < 500, `${operation.name}: ${error.message}`);
        }
      }
    });
  });

  describe('IAM', () => {
    const actions = (method: string, url: string) =>
      fixture.service.requestedActions(request(method, url), callerOf('Backup'));

    it('is asked for the operation, on the domain where AWS has such a resource', () => {
      const arn = `arn:aws:datazone:eu-west-1:${accountId}:domain/${domainIdentifier}`;

      assert.deepEqual(actions('POST', `/v2/domains/${domainIdentifier}/search`), [
        { action: 'datazone:Search', resource: '*' },
      ]);
      assert.deepEqual(actions('GET', `/v2/domains/${domainIdentifier}`), [
        { action: 'datazone:GetDomain', resource: arn },
      ]);
      assert.deepEqual(actions('GET', `/tags/${encodeURIComponent(arn)}`), [
        { action: 'datazone:ListTagsForResource', resource: arn },
      ]);
      assert.deepEqual(actions('GET', '/v2/domains'), [{ action: 'datazone:ListDomains', resource: '*' }]);
      assert.deepEqual(actions('GET', '/v2/planets'), []);
    });

    it("is asked for the use of the customer's key of a domain on the caller's behalf", () => {
      const { id } = fixture.call('CreateDomain', {
        name: 'locked',
        domainExecutionRole: executionRole,
        kmsKeyIdentifier: key,
      });
      const context = {
        'kms:ViaService': 'datazone.eu-west-1.amazonaws.com',
        'kms:CallerAccount': accountId,
      };

      assert.deepEqual(actions('POST', `/v2/domains/${id}/search`), [
        { action: 'datazone:Search', resource: '*' },
        { action: 'kms:Decrypt', resource: key, context },
        { action: 'kms:GenerateDataKey', resource: key, context },
        { action: 'kms:DescribeKey', resource: key, context },
      ]);
    });
  });

  it('puts events in the shape of the user guide on the bus', async () => {
    const project = await fixture
      .client()
      .send(new CreateProjectCommand({ domainIdentifier, name: 'Announced' }));

    const event = fixture.events.at(-1);
    assert.deepEqual(
      { ...event, id: 'any' },
      {
        version: '0',
        id: 'any',
        'detail-type': 'Project Creation Succeeded',
        source: 'aws.datazone',
        account: accountId,
        time: '2026-01-01T00:00:00Z',
        region: 'eu-west-1',
        resources: [],
        detail: {
          version: '1',
          metadata: {
            domain: domainIdentifier,
            user: project.createdBy,
            awsAccountId: accountId,
            typeName: 'ProjectEntityType',
            id: project.id,
            owningProjectId: project.id,
          },
          data: { name: 'Announced' },
        },
      },
    );
  });

  it('holds ten thousand assets, and gives them back in two hundred pages', async () => {
    const owner = fixture.project(domainIdentifier, 'Large');
    const formsInput = [
      { formName: 'GlueTableForm', content: JSON.stringify({ comment: 'x'.repeat(1000) }) },
    ];
    for (let i = 0; i < 10_000; i++) {
      fixture.call('CreateAsset', {
        domainIdentifier,
        owningProjectIdentifier: owner,
        name: `table ${i}`,
        typeIdentifier: tableType,
        formsInput,
      });
    }

    const seen = new Set<string>();
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await fixture.client().send(
        new SearchCommand({
          domainIdentifier,
          searchScope: 'ASSET',
          owningProjectIdentifier: owner,
          additionalAttributes: ['FORMS'],
          nextToken,
        }),
      );
      for (const item of page.items ?? []) seen.add(item.assetItem?.identifier ?? '');
      nextToken = page.nextToken;
      pages++;
    } while (nextToken);

    assert.deepEqual([pages, seen.size], [200, 10_000]);
  });
});
