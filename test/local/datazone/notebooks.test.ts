import assert from 'node:assert/strict';
import {
  CreateNotebookCommand,
  DeleteNotebookCommand,
  GetNotebookCommand,
  ListNotebooksCommand,
  UpdateNotebookCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('Notebooks of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain('V2');
    owningProjectIdentifier = fixture.project(domainIdentifier);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  after(() => fixture.stop());

  const create = async (name: string) => {
    const input = { domainIdentifier, owningProjectIdentifier, name, parameters: { month: '2026-01' } };
    const { id } = await send(new CreateNotebookCommand(input));
    return { domainIdentifier, identifier: id };
  };
  const list = async (status?: 'ACTIVE' | 'ARCHIVED') =>
    (await send(new ListNotebooksCommand({ domainIdentifier, owningProjectIdentifier, status }))).items ?? [];

  it('are read with parameters, which the list does not give, and listed by their status', async () => {
    const [kept, archived] = [await create('kept'), await create('archived')];
    await send(new UpdateNotebookCommand({ ...archived, status: 'ARCHIVED' }));

    const shown = await send(new GetNotebookCommand(kept));

    assert.deepEqual([shown.status, shown.cellOrder, shown.parameters], ['ACTIVE', [], { month: '2026-01' }]);
    const [listed] = await list();
    assert.deepEqual([listed?.name, 'parameters' in (listed ?? {})], ['kept', false]);
    const ids = async (status: 'ACTIVE' | 'ARCHIVED') => (await list(status)).map(({ id }) => id);
    assert.deepEqual(await ids('ACTIVE'), [kept.identifier]);
    assert.deepEqual(await ids('ARCHIVED'), [archived.identifier]);
  });

  it('are gone once they are deleted', async () => {
    const one = await create('gone');

    await send(new DeleteNotebookCommand(one));

    await assert.rejects(send(new GetNotebookCommand(one)), { name: 'ResourceNotFoundException' });
  });

  it('are shown to members of their project alone, and are of V2', async () => {
    const one = await create('own');
    const stranger = fixture.client('Stranger');
    const denied = { name: 'AccessDeniedException' };

    await assert.rejects(stranger.send(new GetNotebookCommand(one)), denied);
    await assert.rejects(
      stranger.send(new ListNotebooksCommand({ domainIdentifier, owningProjectIdentifier })),
      denied,
    );
    await assert.rejects(
      send(new ListNotebooksCommand({ domainIdentifier, owningProjectIdentifier: 'nowhere' })),
      denied,
    );
    const old = { domainIdentifier: fixture.domain('V1'), owningProjectIdentifier };
    await assert.rejects(send(new CreateNotebookCommand({ ...old, name: 'n' })), {
      name: 'ValidationException',
    });
  });
});
