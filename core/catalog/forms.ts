import { setBy, structure, values } from './shape';

/** Metadata forms, by their names; each one's content is JSON in a string. */
export const forms = setBy('formName', structure(values('formName', 'typeName', 'typeRevision', 'content')));
