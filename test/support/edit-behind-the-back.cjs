/**
 * Required into the process of the demo: somebody renames a glossary after each backup, before the vault is compared
 * with the domain. So there is a difference that nobody announced.
 */
const Module = require('node:module');
const { join } = require('node:path');

const measuring = join(__dirname, '../../local/demo/measured-run');
const load = Module._load;

Module._load = function tampered(request, parent, ...rest) {
  const loaded = load.call(this, request, parent, ...rest);
  const isMeasuring = request.endsWith('/measured-run') && join(parent.path, request) === measuring;
  return isMeasuring ? { ...loaded, measuredRun: (cloud) => renamed(loaded.measuredRun, cloud) } : loaded;
};

async function renamed(measuredRun, cloud) {
  const measured = await measuredRun(cloud);
  const { datazone, administrator, outputs } = cloud;
  const inDomain = { domainIdentifier: outputs.domainId };
  const { items } = datazone.call('Search', { ...inDomain, searchScope: 'GLOSSARY' }, administrator);
  const [{ glossaryItem }] = items;
  datazone.call(
    'UpdateGlossary',
    { ...inDomain, identifier: glossaryItem.id, name: 'Renamed' },
    administrator,
  );
  return measured;
}
