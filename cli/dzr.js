#!/usr/bin/env node
// The operator's tool, from any working folder: TypeScript is translated while it loads.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('ts-node').register({ transpileOnly: true, projectSearchDir: __dirname });
require('./dzr.ts');
