// Prints the versions of one resource and the content of the newest: node examples/history.mjs asset <id>
import { contentOf, versions } from './vault.mjs';

const [kind, id] = process.argv.slice(2);
let newest;
for await (const version of versions(kind, id)) {
  console.log(`${version.sk} ${version.state} ${version.hash}`);
  newest = version;
}
if (newest === undefined) throw new Error(`The vault in ${process.env.AWS_REGION} has no ${kind} ${id}`);
console.log(JSON.stringify(await contentOf(kind, newest), null, 2));
