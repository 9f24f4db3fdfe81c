import type { JsonObject } from '../../../core/catalog/kind';
import type { DomainSource } from '../../../core/catalog/source';

export const domainId = 'dzd_5o8cyx7kqeyn4x';

/** A source that answers from functions by operation name, and keeps what it was asked. */
export class ScriptedSource implements DomainSource {
  readonly domainId = domainId;
  readonly asked: { operation: string; input: Readonly<Record<string, unknown>> }[] = [];

  constructor(
    private readonly answers: Readonly<
      Record<string, (input: Readonly<Record<string, unknown>>) => JsonObject>
    >,
  ) {}

  async call(operation: string, input: Readonly<Record<string, unknown>>): Promise<JsonObject> {
    this.asked.push({ operation, input });
    const answer = this.answers[operation];
    if (answer === undefined) throw new Error(`unexpected ${operation}`);
    return answer(input);
  }
}

/** One resource as the page operation gives it and as its Get does, members in different orders. */
export interface BothChannels {
  readonly page: JsonObject;
  readonly get: JsonObject;
}

const forms = [
  {
    formName: 'GlueTableForm',
    typeName: 'amazon.datazone.GlueTableFormType',
    typeRevision: '13',
    content: '{"tableName":"orders","columns":[{"columnName":"order_id","dataType":"bigint"}]}',
  },
  {
    formName: 'ColumnBusinessMetadataForm',
    typeName: 'amazon.datazone.ColumnBusinessMetadataFormType',
    typeRevision: '8',
    content:
      '{"columnsBusinessMetadata":[{"columnIdentifier":"order_id","name":"Order","glossaryTerms":["termOrder01"]}]}',
  },
];

/** One resource of each kind that several operations read, as the wire carried it through each of them. */
export const fixtures: Readonly<Record<string, BothChannels>> = {
  asset: {
    page: {
      items: [
        {
          assetItem: {
            domainId,
            identifier: '4d8qkhbhnbo7f4',
            name: 'orders',
            typeIdentifier: 'amazon.datazone.GlueTableAssetType',
            typeRevision: '24',
            externalIdentifier: 'arn:aws:glue:eu-west-1:111122223333:table/sales/orders',
            createdAt: 1715000000.123,
            createdBy: '0f3c…',
            firstRevisionCreatedAt: 1714000000,
            firstRevisionCreatedBy: '0f3c…',
            owningProjectId: '6r0hufjsnx8mkw',
            glossaryTerms: ['termB', 'termA'],
            governedGlossaryTerms: [],
            additionalAttributes: { formsOutput: forms, readOnlyFormsOutput: [] },
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      id: '4d8qkhbhnbo7f4',
      domainId,
      owningProjectId: '6r0hufjsnx8mkw',
      formsOutput: [...forms].reverse(),
      glossaryTerms: ['termA', 'termB'],
      createdAt: 1715000000.123,
      createdBy: '0f3c…',
      firstRevisionCreatedAt: 1714000000,
      firstRevisionCreatedBy: '0f3c…',
      description: null,
      name: 'orders',
      externalIdentifier: 'arn:aws:glue:eu-west-1:111122223333:table/sales/orders',
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      typeRevision: '24',
      revision: '7',
      listing: { listingId: 'c3v5listing', listingStatus: 'ACTIVE' },
      latestTimeSeriesDataPointFormsOutput: [],
    },
  },
  glossary: {
    page: {
      items: [
        {
          glossaryItem: {
            domainId,
            id: 'c6u18mhfw0bb89',
            name: 'Confidentiality',
            owningProjectId: '6r0hufjsnx8mkw',
            status: 'ENABLED',
            usageRestrictions: ['ASSET_GOVERNED_TERMS'],
            createdAt: 1714000000,
            createdBy: 'someone',
            updatedAt: 1714000500,
            updatedBy: 'someone',
            additionalAttributes: {},
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      id: 'c6u18mhfw0bb89',
      domainId,
      description: null,
      name: 'Confidentiality',
      owningProjectId: '6r0hufjsnx8mkw',
      status: 'ENABLED',
      usageRestrictions: ['ASSET_GOVERNED_TERMS'],
      updatedAt: 1714000500,
      updatedBy: 'someone',
      createdAt: 1714000000,
      createdBy: 'someone',
    },
  },
  glossaryTerm: {
    page: {
      items: [
        {
          glossaryTermItem: {
            domainId,
            glossaryId: 'c6u18mhfw0bb89',
            id: 'bwumf33jbm7vo9',
            name: 'Public',
            shortDescription: 'for everyone',
            termRelations: { isA: ['termB', 'termA'], classifies: [] },
            status: 'ENABLED',
            createdAt: 1714000000,
            createdBy: 'someone',
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      id: 'bwumf33jbm7vo9',
      domainId,
      glossaryId: 'c6u18mhfw0bb89',
      name: 'Public',
      shortDescription: 'for everyone',
      status: 'ENABLED',
      termRelations: { isA: ['termA', 'termB'] },
      usageRestrictions: [],
      createdAt: 1714000000,
      createdBy: 'someone',
    },
  },
  formType: {
    page: {
      items: [
        {
          formTypeItem: {
            domainId,
            name: 'ReviewForm',
            revision: '3',
            model: { smithy: 'structure ReviewForm { reviewer: String }' },
            status: 'ENABLED',
            owningProjectId: '6r0hufjsnx8mkw',
            createdAt: 1714000000,
            createdBy: 'someone',
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      domainId,
      name: 'ReviewForm',
      imports: [],
      revision: '3',
      status: 'ENABLED',
      owningProjectId: '6r0hufjsnx8mkw',
      createdAt: 1714000000,
      createdBy: 'someone',
      model: { smithy: 'structure ReviewForm { reviewer: String }' },
    },
  },
  assetType: {
    page: {
      items: [
        {
          assetTypeItem: {
            domainId,
            name: 'ReportAssetType',
            revision: '2',
            formsOutput: { ReviewForm: { typeName: 'ReviewForm', typeRevision: '3', required: true } },
            owningProjectId: '6r0hufjsnx8mkw',
            createdAt: 1714000000,
            createdBy: 'someone',
            updatedAt: 1714000100,
            updatedBy: 'someone',
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      domainId,
      name: 'ReportAssetType',
      revision: '2',
      owningProjectId: '6r0hufjsnx8mkw',
      formsOutput: { ReviewForm: { required: true, typeName: 'ReviewForm', typeRevision: '3' } },
      createdAt: 1714000000,
      createdBy: 'someone',
      updatedAt: 1714000100,
      updatedBy: 'someone',
    },
  },
  listing: {
    page: {
      items: [
        {
          assetListing: {
            listingId: 'c3v5listing',
            listingRevision: '2',
            name: 'orders',
            entityId: '4d8qkhbhnbo7f4',
            entityRevision: '7',
            entityType: 'amazon.datazone.GlueTableAssetType',
            createdAt: 1715000000,
            listingCreatedBy: 'someone',
            listingUpdatedBy: 'someone else',
            glossaryTerms: [{ name: 'Public', shortDescription: 'for everyone' }, { name: 'Internal' }],
            owningProjectId: '6r0hufjsnx8mkw',
          },
        },
      ],
      totalMatchCount: 1,
    },
    get: {
      domainId,
      id: 'c3v5listing',
      listingRevision: '2',
      createdAt: 1715000300,
      updatedAt: 1715000400,
      createdBy: 'someone',
      updatedBy: 'someone else',
      name: 'orders',
      status: 'ACTIVE',
      item: {
        assetListing: {
          assetId: '4d8qkhbhnbo7f4',
          assetRevision: '7',
          assetType: 'amazon.datazone.GlueTableAssetType',
          createdAt: 1715000000,
          forms: '{"GlueTableForm":"{}"}',
          glossaryTerms: [{ name: 'Internal' }, { name: 'Public', shortDescription: 'for everyone' }],
          owningProjectId: '6r0hufjsnx8mkw',
        },
      },
    },
  },
};

/** Operations by kind: the one of its pages, and its Get. */
export const operationsOf: Readonly<Record<string, readonly [page: string, get: string]>> = {
  asset: ['Search', 'GetAsset'],
  glossary: ['Search', 'GetGlossary'],
  glossaryTerm: ['Search', 'GetGlossaryTerm'],
  formType: ['SearchTypes', 'GetFormType'],
  assetType: ['SearchTypes', 'GetAssetType'],
  listing: ['SearchListings', 'GetListing'],
};

/** A source that knows the fixture of one kind through both channels. */
export function bothChannels(kind: string, { page, get }: BothChannels): ScriptedSource {
  const [pageOperation, getOperation] = operationsOf[kind] ?? ['', ''];
  return new ScriptedSource({ [pageOperation]: () => page, [getOperation]: () => get });
}
