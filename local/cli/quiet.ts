/**
 * The SDK tells every process on Node.js 20 that it will want a newer one. Who runs the local cloud has nothing to
 * do about it; imported before the SDK, this keeps the demo's story free of it.
 */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
