import assert from 'node:assert/strict';
import {
  CreateAssetTypeCommand,
  CreateFormTypeCommand,
  CreateGlossaryCommand,
  CreateGlossaryTermCommand,
  DeleteAssetTypeCommand,
  DeleteFormTypeCommand,
  DeleteGlossaryCommand,
  DeleteGlossaryTermCommand,
  GetAssetTypeCommand,
  GetFormTypeCommand,
  GetGlossaryTermCommand,
  UpdateGlossaryCommand,
  UpdateGlossaryTermCommand,
} from '@aws-sdk/client-datazone';
import { Fixture } from './fixture';

describe('Glossaries and types of the local DataZone', () => {
  let fixture: Fixture;
  let domainIdentifier: string;
  let owningProjectIdentifier: string;
  let send: ReturnType<Fixture['client']>['send'];

  before(async () => {
    fixture = await new Fixture().start();
    domainIdentifier = fixture.domain();
    owningProjectIdentifier = fixture.project(domainIdentifier);
    const client = fixture.client();
    send = client.send.bind(client);
  });
  after(() => fixture.stop());

  describe('glossaries and terms', () => {
    it('keeps a glossary unique by name in the domain', async () => {
      const input = { domainIdentifier, owningProjectIdentifier, name: 'Finance', clientToken: 'a' };
      const glossary = await send(new CreateGlossaryCommand(input));

      assert.equal(glossary.status, 'DISABLED');
      await assert.rejects(send(new CreateGlossaryCommand({ ...input, clientToken: 'b' })), {
        name: 'ConflictException',
      });
    });

    it('answers a repeated client token as the first time, and refuses it for another input', async () => {
      const input = { domainIdentifier, owningProjectIdentifier, name: 'Repeated', clientToken: 'token-1' };
      const first = await send(new CreateGlossaryCommand(input));
      const second = await send(new CreateGlossaryCommand(input));

      assert.equal(second.id, first.id);
      await assert.rejects(send(new CreateGlossaryCommand({ ...input, name: 'Other' })), {
        name: 'ConflictException',
      });
    });

    it('relates terms to each other, in circles too, and only to terms that exist', async () => {
      const glossaryIdentifier = fixture.glossary(domainIdentifier, owningProjectIdentifier, 'Relations');
      const term = { domainIdentifier, glossaryIdentifier, status: 'ENABLED' as const };
      const money = await send(new CreateGlossaryTermCommand({ ...term, name: 'Money' }));
      const fee = await send(
        new CreateGlossaryTermCommand({ ...term, name: 'Fee', termRelations: { isA: [`${money.id}`] } }),
      );
      fixture.clock.advance(1500);
      const classifies = [`${fee.id}`];
      await send(
        new UpdateGlossaryTermCommand({
          domainIdentifier,
          identifier: money.id,
          termRelations: { classifies },
        }),
      );

      const read = await send(new GetGlossaryTermCommand({ domainIdentifier, identifier: money.id }));
      assert.deepEqual(read.termRelations, { classifies });
      assert.equal((read.updatedAt?.getTime() ?? 0) - (read.createdAt?.getTime() ?? 0), 1500);
      const nowhere = { termRelations: { isA: ['nowhere'] } };
      await assert.rejects(send(new CreateGlossaryTermCommand({ ...term, name: 'Lost', ...nowhere })), {
        name: 'ResourceNotFoundException',
        message: 'Glossary term nowhere does not exist',
      });
      await assert.rejects(send(new DeleteGlossaryTermCommand({ domainIdentifier, identifier: fee.id })), {
        name: 'ConflictException',
      });
    });

    it('deletes a glossary only when it is disabled and empty', async () => {
      const identifier = fixture.glossary(domainIdentifier, owningProjectIdentifier, 'Leaving');
      const term = fixture.call('CreateGlossaryTerm', {
        domainIdentifier,
        glossaryIdentifier: identifier,
        name: 'x',
      });
      const remove = () => send(new DeleteGlossaryCommand({ domainIdentifier, identifier }));

      await assert.rejects(remove, { name: 'ConflictException', message: /DISABLED/ });
      await send(
        new UpdateGlossaryCommand({ domainIdentifier, identifier, status: 'DISABLED', clientToken: 'd' }),
      );
      await assert.rejects(remove, { name: 'ConflictException', message: /terms/ });
      await send(new DeleteGlossaryTermCommand({ domainIdentifier, identifier: term.id }));
      assert.equal((await remove()).$metadata.httpStatusCode, 204);
    });
  });

  describe('types', () => {
    const form = (smithy: string, name = 'QualityForm') => ({
      domainIdentifier,
      owningProjectIdentifier,
      name,
      model: { smithy },
      status: 'ENABLED' as const,
    });

    it('makes a new revision for a known name, and keeps the old ones byte for byte', async () => {
      const first = 'structure QualityForm {\n  grade: String\n}\n';
      await send(new CreateFormTypeCommand(form(first)));
      const second = await send(new CreateFormTypeCommand(form('structure QualityForm { score: Integer }')));

      assert.equal(second.revision, '2');
      const get = { domainIdentifier, formTypeIdentifier: 'QualityForm' };
      assert.deepEqual((await send(new GetFormTypeCommand({ ...get, revision: '1' }))).model, {
        smithy: first,
      });
      assert.equal((await send(new GetFormTypeCommand(get))).revision, '2');
      await assert.rejects(send(new CreateFormTypeCommand(form('structure Other {}'))), {
        name: 'ValidationException',
      });
    });

    it('lets an asset type refer to existing revisions of enabled form types only', async () => {
      await send(new CreateFormTypeCommand(form('structure TypedForm {}', 'TypedForm')));
      const type = (typeRevision: string, typeIdentifier = 'TypedForm') =>
        new CreateAssetTypeCommand({
          domainIdentifier,
          owningProjectIdentifier,
          name: 'ReportAssetType',
          formsInput: { TypedForm: { typeIdentifier, typeRevision, required: true } },
        });

      await send(type('1'));
      const read = await send(new GetAssetTypeCommand({ domainIdentifier, identifier: 'ReportAssetType' }));

      assert.deepEqual(read.formsOutput, {
        TypedForm: { typeName: 'TypedForm', typeRevision: '1', required: true },
      });
      await assert.rejects(send(type('7')), { name: 'ResourceNotFoundException' });
      await assert.rejects(send(type('1', 'NoSuchForm')), { name: 'ValidationException' });
    });

    it('keeps types that are used, and those of AWS', async () => {
      const disabled = { ...form('structure TypedForm {}', 'TypedForm'), status: 'DISABLED' as const };
      const removeForm = (formTypeIdentifier: string) =>
        send(new DeleteFormTypeCommand({ domainIdentifier, formTypeIdentifier }));

      await assert.rejects(removeForm('TypedForm'), { name: 'ConflictException', message: /DISABLED/ });
      await send(new CreateFormTypeCommand(disabled));
      await assert.rejects(removeForm('TypedForm'), { name: 'ConflictException', message: /in use/ });
      await send(new DeleteAssetTypeCommand({ domainIdentifier, identifier: 'ReportAssetType' }));
      assert.equal((await removeForm('TypedForm')).$metadata.httpStatusCode, 204);
      await assert.rejects(removeForm('amazon.datazone.GlueTableFormType'), { name: 'ValidationException' });
    });
  });
});
