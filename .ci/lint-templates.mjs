// Checks the CloudFormation templates by cfn-lint, which is not ours.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPythonTool } from './python-tool.mjs';

const folder = 'policies/cloudformation';
const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
if (templates.length === 0) throw new Error(`There is no template in ${folder}.`);
const { status } = spawnSync(installPythonTool('cfn-lint==1.58.0', 'cfn-lint'), ['--include-checks', 'I', '--', ...templates], { stdio: 'inherit' });
if (status === 0) console.log(`cfn-lint has nothing to say on ${templates.length} templates`);
process.exitCode = status ?? 1;
