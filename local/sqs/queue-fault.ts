import { ServiceFault } from '../aws-json';

/**
 * What each error was called when SQS spoke its query protocol, by its name of today: SDKs of both ages read it from
 * the header `x-amzn-query-error`. From the service's model.
 */
export const QUERY_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

export const noSuchQueue = (): ServiceFault =>
  new ServiceFault('QueueDoesNotExist', 'The specified queue does not exist.');

/** A value that is out of its range or of the wrong form. */
export const invalidValue = (value: unknown, parameter: string, reason: string): ServiceFault =>
  new ServiceFault(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
