import type { Call } from '../call';
import type { AssetType, Domain, FormType } from '../domain';

/** Form types that AWS supplies: form name as asset types use it, and its fields in Smithy. */
const managedForms = {
  AssetCommonDetailsForm: [
    'customProperties: CustomProperties',
    'readme: String',
    'sourceIdentifier: String',
  ],
  ColumnBusinessMetadataForm: ['columnsBusinessMetadata: ColumnBusinessMetadataList'],
  DataSourceReferenceForm: ['dataSourceIdentifier: DataSourceReference', 'lastRunAt: Timestamp'],
  SubscriptionTermsForm: ['approvalRequired: String'],
  DataQualityResultForm: ['evaluationsCount: Integer', 'passingPercentage: Double'],
  GlueTableForm: [
    'tableName: String',
    'tableArn: String',
    'catalogId: String',
    'region: String',
    'columns: GlueColumnList',
    'partitionKeys: GlueColumnList',
    'sourceClassification: String',
    'compressionType: String',
  ],
  GlueViewForm: ['viewName: String', 'viewArn: String', 'columns: GlueColumnList'],
  RedshiftTableForm: [
    'tableName: String',
    'schemaName: String',
    'databaseName: String',
    'columns: RedshiftColumnList',
  ],
  RedshiftViewForm: [
    'viewName: String',
    'schemaName: String',
    'databaseName: String',
    'columns: RedshiftColumnList',
  ],
  RedshiftStorageForm: ['clusterName: String', 'workgroupName: String'],
  S3ObjectCollectionForm: ['bucketArn: String', 'objectType: String', 'prefix: String'],
} as const;

type ManagedForm = keyof typeof managedForms;

const commonForms: readonly ManagedForm[] = [
  'AssetCommonDetailsForm',
  'ColumnBusinessMetadataForm',
  'DataSourceReferenceForm',
  'SubscriptionTermsForm',
];

/** Asset types that AWS supplies, and the form that each requires. */
const managedAssetTypes: Readonly<Record<string, ManagedForm>> = {
  GlueTableAssetType: 'GlueTableForm',
  GlueViewAssetType: 'GlueViewForm',
  RedshiftTableAssetType: 'RedshiftTableForm',
  RedshiftViewAssetType: 'RedshiftViewForm',
  S3ObjectCollectionAssetType: 'S3ObjectCollectionForm',
};

const managedNamespace = 'amazon.datazone.';
const managedBy = 'SYSTEM';

/** True for the name of a type that AWS supplies: nobody creates or deletes such a type. */
export function isManaged(typeName: string): boolean {
  return typeName.startsWith(managedNamespace);
}

/** A form's type has the form's name plus `Type`: GlueTableForm is of amazon.datazone.GlueTableFormType. */
function formTypeName(form: ManagedForm): string {
  return `${managedNamespace}${form}Type`;
}

/** Puts the types of AWS into a new domain. */
export function seedManagedTypes(call: Call, domain: Domain): void {
  const common = { domainId: domain.id, revision: '1', createdAt: call.now, createdBy: managedBy };
  for (const [form, fields] of Object.entries(managedForms)) {
    const name = formTypeName(form as ManagedForm);
    const smithy = `structure ${form}Type {\n${fields.map((field) => `    ${field}\n`).join('')}}\n`;
    const type: FormType = {
      ...common,
      name,
      model: { smithy },
      status: 'ENABLED',
      owningProjectId: managedBy,
    };
    domain.formTypes.put(name, { revisions: [type] });
  }
  for (const [assetType, required] of Object.entries(managedAssetTypes)) {
    const name = `${managedNamespace}${assetType}`;
    const forms = [required, ...commonForms].map(
      (form) =>
        [form, { typeName: formTypeName(form), typeRevision: '1', required: form === required }] as const,
    );
    const type: AssetType = {
      ...common,
      name,
      formsOutput: Object.fromEntries(forms),
      owningProjectId: managedBy,
      updatedAt: call.now,
      updatedBy: managedBy,
    };
    domain.assetTypes.put(name, { revisions: [type] });
  }
}
