#!/usr/bin/env node
// Written for any Node.js, so that an old one gets a sentence instead of a syntax error. Everything else is in main.js.
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error('rootzero needs Node.js 20.19 or newer; this is ' + process.versions.node + '. Nothing was done.');
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  console.log(ROOTZERO_VERSION);
} else if (process.argv.length === 3 && (process.argv[2] === '--help' || process.argv[2] === '-h')) {
  console.log(ROOTZERO_HELP);
} else {
  void import('./main.js').then(function (rootzero) {
    return rootzero.main(process.argv.slice(2));
  });
}
