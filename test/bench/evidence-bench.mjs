// The sources of evidence: the look-back against its quota, log files against gunzip, and the memory that both hold. Prints, and asserts nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const EVENTS = 100_000;
const LOG_BYTES = 100e6;
/** 100 MB, so many times over, with something new in each file. */
const LOG_COPIES = 20;
const ROUNDS = 3;
const RECORDS_PER_FILE = 2_000;
const ACCOUNT = '111122223333';

const median = (values) => values.toSorted((first, second) => first - second)[Math.floor(values.length / 2)];
const verdict = (ratio, goal) => `ratio ${ratio.toFixed(2)}   goal ≤ ${goal.toFixed(2)}   ${ratio <= goal ? 'met' : 'MISSED'}`;
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** Both sides on the same one core, where that can be arranged. */
const onOneCore = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', '0'] : [];
function run(command, ...argv) {
  const [first, ...rest] = [...onOneCore, command, ...argv];
  return execFileSync(first, rest, { encoding: 'utf8', maxBuffer: 2 ** 30 });
}

function record(time, isRoot) {
  const hex = (bytes) => randomBytes(bytes).toString('hex');
  const identity = isRoot
    ? { type: 'Root', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, principalId: ACCOUNT, accessKeyId: 'AKIAEXAMPLEROOT07QXA' }
    : {
        type: 'AssumedRole', accountId: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app-${hex(1)}/i-${hex(8)}`, principalId: `AROA${hex(8).toUpperCase()}:x`, accessKeyId: `ASIA${hex(8).toUpperCase()}`,
        sessionContext: { sessionIssuer: { type: 'Role', accountId: ACCOUNT, userName: 'app' }, attributes: { creationDate: time, mfaAuthenticated: 'false' } },
      };
  return {
    eventVersion: '1.11', userIdentity: identity, eventTime: time, eventSource: 'ec2.amazonaws.com', eventName: 'DescribeInstances', awsRegion: 'eu-west-1', sourceIPAddress: '10.1.4.7',
    userAgent: 'Boto3/1.26.27 Python/3.9.2 Linux/5.10.0-26-amd64 Botocore/1.29.27', requestParameters: { instancesSet: { items: [{ instanceId: `i-${hex(8)}` }] }, filterSet: { note: 'quoted " and { braced }' } },
    responseElements: null, requestID: randomUUID(), eventID: randomUUID(), readOnly: true, eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: ACCOUNT, eventCategory: 'Management',
  };
}

/** A tree as a trail writes it, of so many compressed bytes; one record in a hundred is root's. */
function writeTree(directory) {
  let [bytes, hour] = [0, Date.parse('2026-01-01T00:00:00Z')];
  for (; bytes < LOG_BYTES; hour += 3_600_000) {
    const time = new Date(hour).toISOString().slice(0, 19) + 'Z';
    const folder = join(directory, 'AWSLogs', ACCOUNT, 'CloudTrail', 'eu-west-1', ...time.slice(0, 10).split('-'));
    mkdirSync(folder, { recursive: true });
    const content = gzipSync(JSON.stringify({ Records: Array.from({ length: RECORDS_PER_FILE }, (_, index) => record(time, index % 100 === 0)) }));
    writeFileSync(join(folder, `${ACCOUNT}_CloudTrail_eu-west-1_${time.slice(0, 13).replaceAll('-', '')}00Z_${randomBytes(8).toString('hex')}.json.gz`), content);
    bytes += content.length;
  }
}

/** A gzip file may have more members: one more log file at its end makes a copy new. */
function copyTree(from, to) {
  cpSync(from, to, { recursive: true });
  for (const name of readdirSync(to, { recursive: true })) {
    const path = join(to, name);
    if (statSync(path).isFile()) writeFileSync(path, Buffer.concat([readFileSync(path), gzipSync(JSON.stringify({ Records: [record('2026-02-01T00:00:00Z', true)] }))]));
  }
}

export async function benchEvidence(folder) {
  const program = join(folder, 'evidence.mjs');
  await build({
    entryPoints: ['test/bench/evidence.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20.19', mainFields: ['module', 'main'], logLevel: 'error',
    banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  });
  const measure = (...argv) => JSON.parse(run(process.execPath, '--expose-gc', program, ...argv));

  const seen = measure('look-back', String(EVENTS));
  console.log(`look-back (world clock)      ${(seen.took / 1000).toFixed(1).padStart(6)} s    ${seen.events} events, ${seen.regions} Regions, ${seen.callers} callers; quota, ${seen.requests} look-ups in the busiest Region: ${(seen.bound / 1000).toFixed(1)} s   ${verdict(seen.took / seen.bound, 1.1)}`);
  console.log(`look-back memory             ${seen.held.filter((_, index) => index === 0 || index === 4 || index === 9).map(([events, mb]) => `${mb} MB after ${events}`).join(', ')}`);

  const [small, large] = [join(folder, 'logs', '0'), join(folder, 'logs')];
  writeTree(small);
  const gunzip = () => {
    const startedAt = performance.now();
    run('sh', '-c', `find ${small} -name '*.gz' -print0 | xargs -0 gunzip -c > /dev/null`);
    return performance.now() - startedAt;
  };
  const pairs = Array.from({ length: ROUNDS }, () => [measure('logs', small), gunzip()]);
  const [ours, theirs] = [median(pairs.map(([{ took }]) => took)), median(pairs.map(([, took]) => took))];
  const [first] = pairs[0];
  console.log(`log files                    ${(first.bytes / 1e3 / ours).toFixed(1).padStart(6)} MB/s of ${megabytes(first.bytes)}, ${first.found} files, ${first.records} records   gunzip -c ${(first.bytes / 1e3 / theirs).toFixed(1)} MB/s   ${verdict(median(pairs.map(([{ took }, other]) => took / other)), 4)}`);
  for (let copy = 1; copy < LOG_COPIES; copy += 1) copyTree(small, join(large, String(copy)));
  const all = measure('logs', large);
  console.log(`log files memory             ${megabytes(median(pairs.map(([{ peak }]) => peak)))} at most for ${megabytes(first.bytes)}, ${megabytes(all.peak)} for ${megabytes(all.bytes)}, ${all.faulty} faults   ${verdict(all.peak / first.peak, 1.5)}`);
}
