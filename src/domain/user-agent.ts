/** What a user agent says about the program behind it. Text from outside: a claim, not a proof. Pure. */

export type ToolKind = 'sdk' | 'command-line' | 'infrastructure-as-code' | 'browser' | 'aws' | 'program' | 'unknown';
export type Tool = {
  kind: ToolKind;
  /** `Terraform`, `Boto3`, `Firefox`, or the text itself where nothing better is in it. */
  name: string;
  version: string | null;
  /** What the application calls itself (AWS SDKs and Tools Reference, "Application ID"). */
  application: string | null;
};

const LONGEST = 1_000;
const PRODUCT = /([A-Za-z][\w.+-]{0,60})\/v?(\d[\w.+-]{0,40})/g;
const KNOWN: readonly (readonly [RegExp, ToolKind, string?])[] = [
  [/^terraform$/i, 'infrastructure-as-code', 'Terraform'],
  [/^opentofu$/i, 'infrastructure-as-code', 'OpenTofu'],
  [/^pulumi/i, 'infrastructure-as-code', 'Pulumi'],
  [/^aws-cdk/i, 'infrastructure-as-code', 'AWS CDK'],
  [/^(ansible|crossplane|serverless)/i, 'infrastructure-as-code'],
  [/^aws-cli$/i, 'command-line', 'AWS CLI'],
  [/^AWSPowerShell/i, 'command-line', 'AWS Tools for PowerShell'],
];
const SDK = /^(boto3|botocore|boto|aws-sdk|aws_sdk|awssdk|s3transfer)/i;
/** Parts that say on what a program runs, not which it is. */
const BESIDE = /^(apn|hashicorp|python|linux|windows|darwin|macos|ua|os|md|lang|cfg|api|m|ft|exec-env|exe|prompt|command|java|kotlin|scala|openjdk.*|.*_vm|node|nodejs|vendor|app|resource|session|awscrt|go|ruby|php|perl|http.*|okhttp|curl|libcurl)$/i;
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\/(\d+)/, 'Edge'], [/\bOPR\/(\d+)/, 'Opera'], [/\bFirefox\/(\d+)/, 'Firefox'], [/\bChrome\/(\d+)/, 'Chrome'], [/\bVersion\/(\d+)[\d.]* .*Safari/, 'Safari'],
];

type Product = { name: string; version: string };

function parseBrowser(text: string): Pick<Tool, 'name' | 'version'> {
  for (const [pattern, name] of BROWSERS) {
    const [, version] = pattern.exec(text) ?? [];
    if (version !== undefined) return { name, version };
  }
  return { name: 'browser', version: null };
}

function chooseProduct(products: Product[]): Omit<Tool, 'application'> | null {
  for (const [pattern, kind, name] of KNOWN) {
    const found = products.find((product) => pattern.test(product.name));
    if (found !== undefined) return { kind, name: name ?? found.name, version: found.version };
  }
  const first = products.find((product) => !BESIDE.test(product.name));
  return first === undefined ? null : { kind: SDK.test(first.name) ? 'sdk' : 'program', ...first };
}

/** Reads SDK, tool and version from a user agent as CloudTrail records it: plain, in brackets, or the name of an AWS service. */
export function parseUserAgent(userAgent: string): Tool {
  const text = userAgent.slice(0, LONGEST).replace(/^\[(.*)\]$/s, '$1').trim();
  const [, application = null] = /(?:^| )app\/([\w!#$%&'*+.^`|~-]{1,50})/.exec(text) ?? [];
  if (/^([a-z0-9-]+\.)+amazonaws\.com(\.cn)?$|^AWS Internal$|\baws-internal\//i.test(text)) return { kind: 'aws', name: text.split(/[\s,]/, 1)[0] === 'AWS' ? text : (text.split(/[\s,]/, 1)[0] ?? text), version: null, application };
  if (/^Mozilla\/\d/.test(text)) return { kind: 'browser', ...parseBrowser(text), application };
  const products = [...text.matchAll(PRODUCT)].map(([, name = '', version = '']) => ({ name, version }));
  return { ...(chooseProduct(products) ?? { kind: 'unknown', name: text === '' ? 'unknown' : text, version: null }), application };
}

/** `Terraform 1.9`: name and version down to the minor one. */
export function nameOfTool({ name, version }: Pick<Tool, 'name' | 'version'>): string {
  const [short] = /^\d+(\.\d+)?/.exec(version ?? '') ?? [];
  return short === undefined ? name : `${name} ${short}`;
}
